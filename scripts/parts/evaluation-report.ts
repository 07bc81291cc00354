import { table } from '#cli';
import type { Translator } from '#i18n';
import type { EvaluationReport } from './run-evaluation.ts';

/** Characters of the longest run that are shown. */
const SHOWN = 30;

/** What `npm run evaluate` prints: the model beside its baselines, then what the text is like. */
export function evaluationReport(report: EvaluationReport, t: Translator): string {
  const { baselines, longestVerbatim: copy, characters, unknownShare } = report;
  const scores = [
    [t('cli.evaluate.model'), report],
    [t('cli.evaluate.kneser-ney'), baselines?.kneserNey],
    ['zstd', baselines?.zstd],
    ['brotli', baselines?.brotli],
  ] as const;
  const rows = scores.flatMap(([name, score]) =>
    score ? [[name, score.bitsPerCharacter.toFixed(3), shortly(score.perplexity)]] : [],
  );
  const unknown = (100 * unknownShare).toFixed(2);
  const lines = [
    table([['', t('cli.evaluate.bits'), t('cli.evaluate.perplexity')], ...rows]),
    t('cli.evaluate.characters', { characters, unknown }),
  ];
  if (copy) {
    const run = [...copy.run];
    const shown = run.length > SHOWN ? `${run.slice(0, SHOWN - 1).join('')}…` : copy.run;
    lines.push(t('cli.evaluate.longest', { count: copy.length, run: shown }));
  }
  return `${lines.join('\n')}\n`;
}

const shortly = (perplexity: number): string =>
  perplexity < 1e6 ? perplexity.toFixed(1) : perplexity.toExponential(1);

/** The same as one JSON object. */
export function evaluationJson(report: EvaluationReport): string {
  const { bitsPerCharacter, perplexity, unknownShare, baselines } = report;
  const longestVerbatim = report.longestVerbatim?.length ?? null;
  return `${JSON.stringify({ bitsPerCharacter, perplexity, unknownShare, longestVerbatim, baselines })}\n`;
}
