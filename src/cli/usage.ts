import stringWidth from 'string-width';
import type { MessageKey, Translator } from '#i18n';
import { type Flag, type FlagSpec, flagName } from './flags.ts';

/** What `--help` prints: the command's own words, then a line for each flag with its range and default. */
export function usage(spec: FlagSpec, t: Translator): string {
  const rows = Object.entries(spec.flags).map(([key, flag]) => {
    const name = flagName(key);
    const words = t(`cli.${spec.command}.flags.${name}` as MessageKey);
    const preset =
      'default' in flag && flag.default !== '' ? t('cli.help.default', { value: String(flag.default) }) : '';
    const head = 'positional' in flag ? key.toUpperCase() : `--${name}${placeholder(flag)}`;
    return [head, words + preset] as const;
  });
  rows.push(['--help', t('cli.help.help')]);
  const width = Math.max(...rows.map(([head]) => stringWidth(head)));
  const lines = rows.map(([head, words]) => `  ${head}${' '.repeat(width - stringWidth(head))}  ${words}`);
  return `${t(`cli.${spec.command}.usage` as MessageKey)}\n\n${lines.join('\n')}\n`;
}

function placeholder(flag: Flag): string {
  switch (flag.kind) {
    case 'switch':
      return '';
    case 'text':
      return ' …';
    case 'choice':
      return ` ${flag.choices.join('|')}`;
    default:
      return flag.max >= Number.MAX_SAFE_INTEGER ? ` ${flag.min}…` : ` ${flag.min}–${flag.max}`;
  }
}
