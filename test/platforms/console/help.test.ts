import { expect, it } from 'vitest';
import { catalogues, createTranslator, type Locale } from '#i18n';
import { commandNames, specOf } from '../../../src/platforms/console/command-table.ts';
import { helpRows, usageOf } from '../../../src/platforms/console/help.ts';
import { commandsByWord } from '../../../src/platforms/console/words.ts';
import { wrapRows } from '../../../src/platforms/console/wrap-remark.ts';
import { startChat } from './start-chat.ts';

const locales = Object.keys(catalogues) as Locale[];

it.each(locales)('has every command of the table in the help of %s, on one screen', (locale) => {
  const t = createTranslator(locale);
  const shown = wrapRows(helpRows(t), 80);
  for (const name of commandNames) {
    const { keys, group } = specOf(name);
    if (group !== 'keys') expect(shown.replaceAll(/\s+/g, ' ')).toContain(usageOf(name, t));
    else if (keys) expect(shown).toMatch(new RegExp(`^${RegExp.escape(keys[0]!)} `, 'm'));
  }
  // The rest of it, the prompt and what stands around it have four rows.
  expect(shown.split('\n').length).toBeLessThanOrEqual(20);
});

it.each(locales)('names no word in the messages of %s that is not a command', (locale) => {
  const named = Object.entries(catalogues[locale]).flatMap(([key, message]) =>
    /^(errors\.)?(chat|story)\./.test(key)
      ? [...message.matchAll(/(?<![\w.)])\/([a-z]+|\p{Script=Han}+)/gu)].map(([, word]) => `${key}: ${word}`)
      : [],
  );
  expect(named.length).toBeGreaterThan(20);
  const unknown = named.filter((entry) => !commandsByWord.has(entry.split(': ')[1]!));
  expect(unknown).toEqual([]);
});

it('tells more about one command, and what was meant by one that is none', async () => {
  const chat = startChat();
  await chat.answer();
  expect(await chat.type('/help tree')).toMatch(
    /^\/tree \[all\] {2}draws the tree.*\nalso {9}\/tree .*\/树 /s,
  );
  expect(await chat.type('/帮助 撤销')).toMatch(/^\/undo.*\nalso .*u \/undo/s);
  expect(await chat.type('/help ?')).toContain('/help [WORD]');
  expect(await chat.type('/help nonsense')).toContain('no command /nonsense');
  expect(await chat.type('/udno')).toContain('did you mean /undo?');
  await chat.leave();
});
