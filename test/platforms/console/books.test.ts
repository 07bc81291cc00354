import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseStoryFile } from '#books';
import { certainSession } from '../../fakes/noise-session.ts';
import { startChat, vocabulary } from './start-chat.ts';

const session = () => certainSession(vocabulary, '孙悟空听了。头发。\n去也。');

function someFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-books-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('an export', () => {
  it('stands in the current folder, says where, and takes nobody else’s place', async () => {
    const folder = someFolder();
    const chat = startChat({ session: session(), folder, columns: 200 });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    await chat.type('');
    const file = path.join(folder, '孙悟空.txt');
    expect(await chat.type('/export txt')).toBe(`Written to ${file}`);
    expect(readFileSync(file, 'utf8')).toContain('　　孙悟空听了。头发。');
    expect(await chat.type('导出 TXT')).toBe(`Written to ${path.join(folder, '孙悟空 (2).txt')}`);
    await chat.type('/title 大圣');
    for (const format of ['epub', 'html', 'json']) await chat.type(`/export ${format}`);
    expect(readdirSync(folder).sort()).toEqual(
      ['大圣.epub', '大圣.html', '大圣.json', '孙悟空 (2).txt', '孙悟空.txt'].sort(),
    );
    await chat.leave();
  });

  it('is in the person’s script for readers and as it was drawn for programs', async () => {
    const folder = someFolder();
    const chat = startChat({ session: session(), folder });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孫悟空');
    await chat.type('');
    for (const format of ['txt', 'html', 'json']) await chat.type(`/export ${format}`);
    expect(readFileSync(path.join(folder, '孫悟空.txt'), 'utf8')).toContain('孫悟空聽了。頭髮。');
    expect(readFileSync(path.join(folder, '孫悟空.html'), 'utf8')).toMatch(/lang="zh-(Hant|TW)/);
    const json = readdirSync(folder).find((name) => name.endsWith('.json'))!;
    const { passages } = parseStoryFile(readFileSync(path.join(folder, json)));
    expect(passages.map(({ text }) => text)).toEqual(['孫悟空', '听了。', '头发。']);
    await chat.leave();
  });

  it('asks for a format, and says what there is', async () => {
    const chat = startChat({ session: session() });
    await chat.answer();
    expect(await chat.type('/export txt')).toContain('There is no story here yet');
    await chat.type('孙悟空');
    expect(await chat.type('save')).toMatch(/kept in any case.*json · txt · epub · html/s);
    expect(await chat.type('/export pdf')).toMatch(/“pdf”.*json, txt, epub, html/s);
    await chat.leave();
  });

  it('says where it cannot be written, and the chat goes on', async () => {
    const folder = path.join(someFolder(), 'gone');
    const chat = startChat({ session: session(), folder, columns: 200 });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.type('/export txt')).toMatch(/gone\/.*\(ENOENT\)/);
    expect(existsSync(folder)).toBe(false);
    expect(await chat.type('')).toBe('头发。');
    await chat.leave();
  });
});

describe('reading', () => {
  it('turns a page with Enter, as high as the terminal, and lets everything else be', async () => {
    const chat = startChat({ rows: 10, columns: 40 });
    await chat.answer();
    await chat.type('l 200');
    await chat.type('孙悟空');
    const first = await chat.type('读');
    expect(first.split('\n')).toHaveLength(6);
    expect(first).toMatch(/^孙悟空.*\n\d+ % · Enter reads on$/s);
    expect(await chat.type('t')).toContain('temperature');
    await chat.type('read');
    const second = await chat.type('');
    expect(second).not.toContain('孙悟空');
    expect(second.split('\n').length).toBeGreaterThan(1);
    let end = await chat.type('read');
    while (end.includes('reads on')) end = await chat.type('');
    expect(end).toContain('where the story stands');
    await chat.leave();
  });

  it('prints all of it into a pipe', async () => {
    const chat = startChat({ tty: false, session: session() });
    chat.input.end('l 1\n孙悟空\n/new\n孙悟空\n\n\nread\n');
    await chat.done;
    const out = String(chat.output.read());
    expect(out.split('\n').slice(-3)).toEqual(['　　孙悟空听了。头发。', '　　去也。', '']);
  });
});
