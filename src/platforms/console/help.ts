import { formats } from '#books';
import type { MessageKey, Translator } from '#i18n';
import { type CommandName, commandNames, groups, specOf } from './command-table.ts';
import { wordsIn, wordsOf } from './words.ts';
import { TIE } from './wrap-remark.ts';

type Row = readonly [string, string];

/** How a command is typed: `/goto N`. */
export function usageOf(name: CommandName, t: Translator): string {
  return [`/${wordsIn(t.locale, name)[0]}`, ...argumentOf(name, t)].join(' ');
}

/** All that can be typed: the keys with what they do, and the words by what they are about. */
export function helpRows(t: Translator): Row[] {
  const keys = commandNames.filter((name) => specOf(name).group === 'keys');
  const rest = groups.filter((group) => group !== 'keys');
  return [
    ['Enter', t('chat.help.go')],
    [t('chat.key.text'), t('chat.key.text-does')],
    ...keys.filter((name) => specOf(name).keys).map((name): Row => [keysOf(name, t), t(`chat.help.${name}`)]),
    ['Ctrl-C', t('chat.key.ctrl-c-does')],
    ['Ctrl-U', t('chat.key.ctrl-u-does')],
    ...rest.map(
      (group): Row => [
        t(`chat.group.${group}`),
        commandNames
          .filter((name) => specOf(name).group === group)
          .map((name) => usageOf(name, t).replaceAll(' ', TIE))
          .join('  '),
      ],
    ),
  ];
}

/** What one command does, how it is typed, and by which words. */
export function helpOn(name: CommandName, t: Translator): Row[] {
  const words = wordsOf(name, t.locale).map((word) => `/${word}`);
  return [
    [usageOf(name, t), t(`chat.help.${name}` as MessageKey)],
    [t('chat.key.also'), [...(specOf(name).keys ?? []), ...words].join(' ')],
  ];
}

function argumentOf(name: CommandName, t: Translator): string[] {
  const { takes, alone } = specOf(name);
  if (takes === 'nothing') return [];
  const argument = takes === 'format' ? formats.join('|') : t(`chat.takes.${takes}`);
  return [alone ? `[${argument}]` : argument];
}

function keysOf(name: CommandName, t: Translator): string {
  const { keys = [], takes } = specOf(name);
  const isSetting = takes === 'temperature' || takes === 'length';
  return isSetting ? [keys[0]!, ...argumentOf(name, t)].join(' ') : keys[0]!;
}
