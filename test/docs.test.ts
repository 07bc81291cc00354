import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const pages = [...globSync('*.md'), ...globSync('docs/**/*.md')].sort();
const read = (path: string): string => readFileSync(path, 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const architecture = read('docs/architecture.md');

/** Every `code span` of a page and every line of its code blocks. */
const code = (page: string): string[] => [
  ...[...page.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? ''),
  ...[...page.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, block]) => (block ?? '').split('\n')),
];

test('every link between pages leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !existsSync(join(dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every command that a page names exists', () => {
  const named = pages.flatMap((page) => code(read(page)).map((span) => [page, span] as const));
  const commands = named.flatMap(([page, span]) => {
    const name = /^npm (?:run ([a-z:]+)|(start|test))/.exec(span);
    return name ? [[page, name[1] ?? name[2] ?? ''] as const] : [];
  });
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter(([, name]) => !(name in scripts))).toEqual([]);
});

test('both READMEs name the same commands, settings and keys', () => {
  const names = (page: string): string[] =>
    code(read(page))
      .map((span) => /^(npm (?:run )?[a-z:-]+|XUXIE_[A-Z]+|[a-zA-Z?]( [\d.]+)?$)/.exec(span)?.[0] ?? '')
      .filter(Boolean)
      .sort();
  expect(names('README.zh-Hant.md')).toEqual(names('README.md'));
});

test('every setting that is read from the environment is in the README', () => {
  const settings = new Set(read('src/config.ts').match(/\bXUXIE_[A-Z]+\b/g));
  expect([...settings].filter((setting) => !read('README.md').includes(`\`${setting}\``))).toEqual([]);
});

test('docs/architecture.md lists exactly the folders of src', () => {
  const block = /```\n(scripts\/[\s\S]*?)```/.exec(architecture)?.[1] ?? '';
  const listed = [...block.matchAll(/^ {2}([a-z0-9]+)\/ /gm)].map(([, folder]) => folder);
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(listed.sort()).toEqual(folders.map(({ name }) => name).sort());
});

test('every file that docs/architecture.md names with its folder exists', () => {
  const paths = code(architecture).filter((span) => /^(src|scripts|test|docs)\/[\w./-]+$/.test(span));
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('the table of constants says what the code says', () => {
  const rows = [...architecture.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \| `([^`]+)` \|/gm)];
  expect(rows.length).toBeGreaterThan(8);
  const value = (text: string): number =>
    text
      .replaceAll('2²⁰', String(2 ** 20))
      .replaceAll(/(?<=\d)[,_](?=\d)/g, '')
      .split(/[×*]/)
      .reduce((product, factor) => product * Number(factor), 1);
  const wrong = rows.flatMap(([, name = '', told = '', file = '']) => {
    const actual = new RegExp(`const ${name} = ([\\d._ *]+);`).exec(read(file))?.[1];
    return actual !== undefined && value(actual) === value(told) ? [] : [`${name}: ${told}, not ${actual}`];
  });
  expect(wrong).toEqual([]);
});
