import { table } from '#cli';
import type { Translator } from '#i18n';
import { type NamesFigures, type NamesReport, WAYS } from './run-names.ts';

/** What `npm run evaluate -- --names` prints. */
export function namesReport(report: NamesReport, t: Translator): string {
  const row = (name: string, figure: (figures: NamesFigures) => string) => [
    name,
    ...WAYS.map((way) => figure(report.ways[way])),
  ];
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.05 ? 2 : 0)} %`;
  const rows = [
    ['', ...WAYS.map((way) => t(`cli.evaluate.names.${way}`))],
    row(t('cli.evaluate.names.as-they-are'), ({ bitsPerCharacter }) => bitsPerCharacter.toFixed(3)),
    row(t('cli.evaluate.names.renamed'), ({ renamedBitsPerCharacter }) => renamedBitsPerCharacter.toFixed(3)),
    row(t('cli.evaluate.names.name'), ({ bitsPerName }) => bitsPerName.toFixed(1)),
    row(t('cli.evaluate.names.naming'), ({ namingShare }) => percent(namingShare)),
    row(t('cli.evaluate.names.often'), ({ namesIn300 }) => namesIn300.toFixed(2)),
    row(t('cli.evaluate.names.repeated'), ({ repeatedShare }) => percent(repeatedShare)),
  ];
  const { characters, mentions, passages } = report;
  return `${table(rows)}${t('cli.evaluate.names.read', { characters, mentions, passages })}\n`;
}
