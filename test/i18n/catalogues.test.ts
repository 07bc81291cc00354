import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogues, type Locale } from '#i18n';
import { parametersOf } from './message.ts';
import { scanSources } from './scan.ts';

const HAN = /\p{Script=Han}/u;
const locales = Object.keys(catalogues) as Locale[];
const keys = Object.keys(catalogues.en);
const areas = readdirSync('src/i18n/messages/en').flatMap((name) =>
  name.endsWith('.json') ? [name.slice(0, -5)] : [],
);
const { uses, strings: code } = scanSources(process.cwd());

/** Files whose Chinese is data that they read or recognise, never words said to the user. */
const chineseData: Readonly<Record<string, string>> = {
  'scripts/parts/heroes.ts': 'heroes of novels, and one whom no novel knows',
  'src/text/characters.ts': 'classes of Chinese characters',
  'src/text/convert.ts': 'a character that conversion would mistake',
  'src/text/guess-encoding.ts': 'the commonest characters, by which an encoding is told',
  'src/text/heading.ts': 'the words of chapter headings',
  'src/text/join.ts': 'characters that may not begin or end a line',
  'src/text/junk.ts': 'phrases of advertisements',
  'src/text/numerals.ts': 'Chinese numerals',
};

/** The catalogue keys that a key with gaps (`cli.*.usage`) can mean. */
function matching(pattern: string): string[] {
  if (!pattern.includes('*')) return keys.includes(pattern) ? [pattern] : [];
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  const expression = new RegExp(`^${escaped.join('[^.]+')}$`);
  return keys.filter((key) => expression.test(key));
}

const keyOf = (use: (typeof uses)[number]): string => (use.kind === 'error' ? `errors.${use.key}` : use.key);

test('the three catalogues have the same keys', () => {
  for (const locale of locales)
    expect(Object.keys(catalogues[locale]).sort(), locale).toEqual([...keys].sort());
});

test('a message has the same parameters in every language', () => {
  for (const locale of locales) {
    const differing = keys.filter((key) => {
      const own = catalogues[locale][key];
      return (
        own && String(parametersOf(own, locale)) !== String(parametersOf(catalogues.en[key] ?? '', 'en'))
      );
    });
    expect(differing, locale).toEqual([]);
  }
});

test('no message is empty, keys are sorted and none stands twice', () => {
  for (const locale of locales) {
    const sources = areas.map((area) => readFileSync(`src/i18n/messages/${locale}/${area}.json`, 'utf8'));
    const written = sources.flatMap((source) =>
      [...source.matchAll(/^\s*"([^"]+)":/gm)].map(([, key]) => key),
    );
    expect(written.length, locale).toBe(Object.keys(catalogues[locale]).length);
    for (const source of sources)
      expect(Object.keys(JSON.parse(source))).toEqual(Object.keys(JSON.parse(source)).sort());
    expect(keys.filter((key) => catalogues[locale][key]?.trim() === '')).toEqual([]);
  }
});

test('English says nothing in Chinese but names and examples, and the Chinese catalogues speak Chinese', () => {
  for (const locale of ['zh-Hans', 'zh-Hant'] as const) {
    const foreign = keys.filter(
      (key) => /[a-z]{4}/i.test(catalogues.en[key] ?? '') && !HAN.test(catalogues[locale][key] ?? ''),
    );
    expect(
      foreign.filter((key) => catalogues[locale][key] === catalogues.en[key]),
      locale,
    ).toEqual([]);
  }
});

test('every key that the code names is in the catalogues', () => {
  const missing = uses.filter((use) => matching(keyOf(use)).length === 0);
  expect(missing.map((use) => `${use.file}: ${keyOf(use)}`)).toEqual([]);
});

test('every string that looks like a key is one', () => {
  const like = new RegExp(`^(errors\\.)?(${areas.join('|')})\\.[a-z*][a-z0-9.*-]*$`);
  const fileName = /\.(json|safetensors|txt|epub)$/;
  const stray = code.filter(
    ({ text }) =>
      like.test(text) &&
      !fileName.test(text) &&
      matching(text).length + matching(`errors.${text}`).length === 0,
  );
  expect(stray.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test('the code gives every parameter that a message asks for', () => {
  // What a template means is known only roughly: which parameters belong to which key, not at all.
  const plain = uses.filter(({ key }) => !key.includes('*'));
  const lacking = plain.flatMap((use) =>
    matching(keyOf(use)).flatMap((key) =>
      parametersOf(catalogues.en[key] ?? '', 'en')
        .map((name) => name.replace(/\(.*/, ''))
        .filter((name) => use.given && !use.given.includes(name))
        .map((name) => `${use.file}: ${key} lacks ${name}`),
    ),
  );
  expect(lacking).toEqual([]);
});

test('no message is unused', () => {
  const used = new Set(code.flatMap(({ text }) => [...matching(text), ...matching(`errors.${text}`)]));
  expect(keys.filter((key) => !used.has(key))).toEqual([]);
});

test('Chinese stands in the catalogues, and in code only as data', () => {
  const files = [...new Set(code.filter(({ text }) => HAN.test(text)).map(({ file }) => file))];
  expect(files).toEqual(Object.keys(chineseData).sort());
});
