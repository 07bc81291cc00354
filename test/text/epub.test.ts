import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readNovel } from '#text';
import { makeFile, SENTENCES } from './made-novel.ts';

const container = `<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`;
const page = (body: string, attributes = '') =>
  `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>页</title>
<style>p { color: red }</style></head><body ${attributes}>${body}</body></html>`;
const paragraphs = SENTENCES.map((sentence) => `<p>　　${sentence}</p>`).join('\n');
const opf = `<package xmlns="http://www.idpf.org/2007/opf"><metadata><dc:title>石狮子 &amp; 将军</dc:title></metadata>
<manifest>
  <item id="two" href="text/c%202.xhtml" media-type="application/xhtml+xml"/>
  <item id="one" href="text/c1.xhtml" media-type="application/xhtml+xml"/>
  <item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
  <item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
  <item id="list" href="list.xhtml" media-type="application/xhtml+xml"/>
  <item id="note" href="note.xhtml" media-type="application/xhtml+xml"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="nav"/><itemref idref="list"/><itemref idref="one"/>
  <itemref idref="two"/><itemref idref="note" linear="no"/><itemref idref="lost"/></spine>
<guide><reference type="cover" href="cover.xhtml"/></guide></package>`;

const book: Zippable = {
  mimetype: [strToU8('application/epub+zip'), { level: 0 }],
  'META-INF/container.xml': strToU8(container),
  'OEBPS/content.opf': strToU8(opf),
  'OEBPS/text/c1.xhtml': strToU8(
    page(`<h1>第一章</h1>
<h2>桥头</h2>${paragraphs}<p>他走了&hellip;&#8230;</p><p>他的<ruby>名<rp>(</rp><rt>míng</rt><rp>)</rp></ruby>字&nbsp;叫<b>林</b>。<br/>他又说：</p>`),
  ),
  'OEBPS/text/c 2.xhtml': strToU8(page(`<h1>第二章　钟声</h1><div>钟响了。</div>${paragraphs}`)),
  'OEBPS/nav.xhtml': strToU8(
    page('<nav><ol><li><a href="text/c1.xhtml">导航</a></li></ol></nav><p>导航页</p>'),
  ),
  'OEBPS/cover.xhtml': strToU8(page('<p>封面</p>')),
  'OEBPS/list.xhtml': strToU8(
    page(Array.from({ length: 8 }, (_, i) => `<p><a href="#${i}">第${i}章</a></p>`).join('')),
  ),
  'OEBPS/note.xhtml': strToU8(page('<p>版权页</p>')),
};

const made = (changes: Zippable = {}, name = 'book.epub') => makeFile(name, zipSync({ ...book, ...changes }));

describe('an .epub', () => {
  it('is read in the order of its spine, block by block, with its own title', async () => {
    const novel = await readNovel(made());
    expect(novel.title).toBe('石狮子 & 将军');
    expect(novel.encoding).toEqual({ name: 'utf-8', evidence: 'epub' });
    expect(novel.text.split('\n')).toEqual([
      '第一章　桥头',
      ...SENTENCES,
      '他走了……',
      '他的名字叫林。',
      '他又说：',
      '第二章　钟声',
      '钟响了。',
      ...SENTENCES,
    ]);
    expect(novel.chapters.map(({ title }) => title)).toEqual(['第一章　桥头', '第二章　钟声']);
  });

  it('leaves out contents, cover and pages outside the reading order, and says which', async () => {
    const { text, report } = await readNovel(made());
    expect(text).not.toMatch(/导航|封面|版权|第3章/);
    expect(report.removed['epub-page']).toMatchObject({ count: 4 });
    expect(report.removed['epub-page']?.examples[0]?.text).toBe('OEBPS/cover.xhtml');
  });

  it('is known by its contents, whatever it is called', async () => {
    expect((await readNovel(made({}, 'book.txt'))).chapters).toHaveLength(2);
  });

  it('may scramble its fonts', async () => {
    const fonts =
      '<encryption><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></encryption>';
    await expect(readNovel(made({ 'META-INF/encryption.xml': strToU8(fonts) }))).resolves.toBeDefined();
  });

  it('with copy protection is refused', async () => {
    const locked =
      '<encryption><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></encryption>';
    await expect(readNovel(made({ 'META-INF/encryption.xml': strToU8(locked) }))).rejects.toMatchObject({
      code: 'text.epub-encrypted',
    });
  });

  it('that is broken off, has no package, or is no archive is refused', async () => {
    const whole = zipSync(book);
    const broken = [
      whole.subarray(0, whole.length - 200),
      zipSync({ mimetype: strToU8('application/epub+zip') }),
      zipSync({ ...book, 'OEBPS/content.opf': strToU8('<package/>') }),
      strToU8('这不是压缩包。'.repeat(100)),
    ];
    for (const bytes of broken) {
      await expect(readNovel(makeFile('book.epub', bytes))).rejects.toMatchObject({
        code: 'text.epub-broken',
      });
    }
  });

  it('that would unpack to more than a book is left packed, be it one page or many', async () => {
    const pages = Array.from({ length: 8 }, (_, i) => `OEBPS/p${i}.xhtml`);
    const many = `<package><manifest>${pages.map((name, i) => `<item id="p${i}" href="${name.slice(6)}"/>`).join('')}</manifest>
<spine>${pages.map((_, i) => `<itemref idref="p${i}"/>`).join('')}</spine></package>`;
    const contents = { ...book, 'OEBPS/content.opf': strToU8(many) };
    for (const name of pages) Object.assign(contents, { [name]: strToU8(page(paragraphs)) });
    const one = claimSizes(zipSync(book), ['OEBPS/text/c1.xhtml'], 40 * 1024 * 1024);
    const huge = claimSizes(zipSync(book), ['OEBPS/text/c1.xhtml'], 3_000_000_000);
    const all = claimSizes(zipSync(contents), pages, 30 * 1024 * 1024);
    for (const bytes of [one, huge, all]) {
      await expect(readNovel(makeFile('book.epub', bytes))).rejects.toMatchObject({
        code: 'text.epub-too-large',
      });
    }
  });
});

/** Lets the archive's directory say that these entries unpack to `size` bytes. */
function claimSizes(bytes: Uint8Array, names: readonly string[], size: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // An entry of the directory: its signature, the unpacked size at 24, the name at 46.
  for (let at = 0; at < bytes.length - 46; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))).toString();
    if (names.includes(name)) view.setUint32(at + 24, size, true);
  }
  return bytes;
}
