import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { describe, expect, it } from 'vitest';
import { type Author, type Book, bookOf, toHtml } from '#books';
import { contrast } from './contrast.ts';
import { anyText, line, MODEL, person, words } from './made-story.ts';
import { paragraphsIn } from './paragraphs-in.ts';

const make = (title: string, ...texts: readonly (readonly [Author, string])[]): Book =>
  bookOf(line(...texts), { penName: words.penName, title, language: 'zh-Hant' });
const html = (book: Book): string => new TextDecoder().decode(toHtml(book, words));
const two = make('石猴', [person('1'), '從前'], [MODEL, '有一隻石猴。']);

type Element = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };
function elementsOf(source: string): Element[] {
  const elements: Element[] = [];
  const parser = new Parser({ onopentag: (name, attributes) => elements.push({ name, attributes }) });
  parser.end(source);
  return elements;
}

describe('what was written stands in it', () => {
  it('for any text, character by character, and nothing of it is taken for markup', () => {
    const kinds = new Set(elementsOf(html(two)).map(({ name }) => name));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(MODEL, person('1')), anyText)),
        anyText,
        (texts, title) => {
          const book = make(title, ...texts);
          const source = html(book);
          expect(paragraphsIn(source, 'main')).toEqual(
            book.paragraphs.map((runs) => runs.map(({ text }) => text).join('')),
          );
          for (const { name } of elementsOf(source)) expect(kinds).toContain(name);
        },
      ),
    );
  });

  it('whatever the names', () => {
    const penNames = new Map([['discord/1', `</bdi><script>alert("'&`]]);
    const book = bookOf(line([person('1'), '一'], [MODEL, '二']), {
      penName: words.penName,
      penNames,
      title: '</title><img src=x onerror=alert(1)>',
      language: 'en',
    });
    const source = html(book);
    expect(source).not.toMatch(/<script|<img/);
    expect(source).toContain('&lt;/bdi&gt;&lt;script&gt;alert(&quot;&#39;&amp;');
  });
});

describe('it asks nobody for anything', () => {
  it('holds no address, no script, no handler', () => {
    expect(html(two)).not.toMatch(/https?:|url\(|@import|<script|<link|<img|<iframe|javascript:/i);
    const attributes = elementsOf(html(two)).flatMap((element) => Object.keys(element.attributes));
    expect(attributes.filter((name) => /^(on|src|href|style|srcset|action)/.test(name))).toEqual([]);
  });

  it('and forbids everything but its own style, before anything else is read', () => {
    const source = html(two);
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(source)!;
    const [, style] = /<style>(.*)<\/style>/s.exec(source)!;
    const hash = createHash('sha256').update(style!).digest('base64');
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(source.indexOf('Content-Security-Policy')).toBeLessThan(source.indexOf('<style>'));
  });
});

describe('it is legible', () => {
  const [, style] = /<style>(.*)<\/style>/s.exec(html(two))!;
  const variables = (block: string): Map<string, string> =>
    new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name!, value!]));
  const [light, dark] = [...style!.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => variables(block!));

  it('with a contrast of 4.5 and more for every text and author, light and dark', () => {
    for (const colours of [light!, dark!]) {
      expect([...colours.keys()]).toEqual([
        'ground',
        'ink',
        'faint',
        ...Array.from({ length: 8 }, (_, i) => `by-${i + 1}`),
      ]);
      const ground = colours.get('ground')!;
      for (const [name, colour] of colours) {
        if (name !== 'ground') expect(contrast(colour, ground), name).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('with indents, open lines and a measure for Chinese', () => {
    expect(style).toMatch(/text-indent: 2em/);
    expect(style).toMatch(/\/1\.8 /);
    expect(style).toMatch(/main \{ max-width: 38em/);
    expect(style).toMatch(/@media print/);
  });

  it('in the fonts of its language', () => {
    expect(html(two)).toMatch(/<html lang="zh-Hant">/);
    expect(style).toContain('Noto Sans CJK TC');
    const simplified = html({ ...two, language: 'zh-Hans' });
    expect(simplified).toContain('<html lang="zh-Hans">');
    expect(simplified).toContain('Noto Sans CJK SC');
  });
});

describe('it shows who wrote what', () => {
  it('to whoever leaves the switch on', () => {
    const source = html(two);
    expect(source).toContain('<p><span class="by-1">從前</span>有一隻石猴。</p>');
    expect(source).toMatch(/<input type="checkbox" id="colours" checked>\s*<label for="colours">/);
    expect(source).toContain('#colours:checked ~ * .by-1 { color: var(--by-1); }');
    expect(source).toMatch(/<li><bdi class="by-1">甲<\/bdi><\/li>\s*<li>模型<\/li>/);
  });

  it('also when there are more authors than colours', () => {
    const people = Array.from({ length: 9 }, (_, i): [Author, string] => [person(String(i)), '字']);
    expect(html(make('石猴', ...people))).toContain('<bdi class="by-1">壬</bdi>');
  });

  it('but has no switch where only one wrote', () => {
    expect(html(make('石猴', [MODEL, '一']))).not.toContain('checkbox');
  });
});
