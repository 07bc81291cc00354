import { table } from '#cli';
import type { MessageKey, Translator } from '#i18n';
import { type Figure, tidy } from './contest/statistics.ts';
import type { ConversationsReport } from './conversations/conversations.ts';
import type { GenerationReport, RowsReport } from './generation.ts';
import type { IdleReport } from './idle.ts';
import type { Machine } from './machine.ts';
import type { PrefillReport } from './prefill.ts';
import type { PeerReport } from './report.ts';
import type { Series } from './scaling.ts';
import type { TrainingReport } from './training.ts';

const number = (value: number): string => String(tidy(value));
const range = ({ least, greatest }: Figure): string => `${number(least)} – ${number(greatest)}`;
const percent = (value: number): string => `${Math.round(100 * value)} %`;
const who = (t: Translator, name: string): string => t(`bench.who.${name}` as MessageKey);
const columns = (t: Translator, ...names: string[]): string[] => [
  '',
  ...names.map((name) => t(`bench.columns.${name}` as MessageKey)),
];

/** A line of ours without a peer to compare it with. */
const ownRow = (name: string, figure: Figure): string[] => [name, number(figure.median), range(figure)];

function peerRows(
  t: Translator,
  vs: Readonly<Record<string, Figure | null>>,
  peers: Readonly<Record<string, PeerReport>>,
): string[][] {
  return Object.entries(peers).map(([peer, { charsPerSecond, way }]) => {
    const ratio = vs[peer]!;
    return [...ownRow(who(t, peer), charsPerSecond), number(ratio.median), range(ratio), way];
  });
}

const COMPARED = ['rate', 'spread', 'ratio', 'spread', 'way'] as const;

export function trainingTables(report: TrainingReport, t: Translator): string {
  const { presets, spread, peers } = report;
  const speeds = table([
    columns(t, ...COMPARED),
    ...Object.entries(presets).map(([name, { spread }]) => ownRow(who(t, name), spread.charsPerSecond)),
    ...peerRows(t, spread.vs, peers),
  ]);
  const shares = table([
    columns(t, 'gemmShare', 'spread', 'gflops', 'peak'),
    ...Object.entries(presets).map(([name, { gemmShare, spread, gflops, peakMebibytes }]) => [
      who(t, name),
      percent(gemmShare),
      range(spread.gemmShare),
      number(gflops),
      String(peakMebibytes ?? '–'),
    ]),
  ]);
  return `${speeds}\n${shares}`;
}

export function generationTables({ one, batch64, batch8 }: GenerationReport, t: Translator): string {
  const eight = Object.entries(batch8).map(([name, figure]) => ownRow(who(t, name), figure));
  return [
    `${t('bench.generation.one')}\n${rowsTable(one, t)}`,
    `${t('bench.generation.eight')}\n${table([columns(t, 'rate', 'spread'), ...eight])}`,
    `${t('bench.generation.many', { rows: batch64.rows })}\n${rowsTable(batch64, t)}`,
  ].join('\n');
}

function rowsTable({ spread, others, peers, bound, peakMebibytes }: RowsReport, t: Translator): string {
  const rows = table([
    columns(t, ...COMPARED),
    ownRow(who(t, 'seed'), spread.charsPerSecond),
    ...Object.entries(others).map(([name, figure]) => ownRow(who(t, name), figure)),
    ...peerRows(t, spread.vs, peers),
  ]);
  const words = t(`bench.generation.${bound.of}`, {
    share: percent(bound.share),
    limit: number(bound.limit / 1e9),
    peak: String(peakMebibytes ?? '–'),
  });
  return `${rows}${words}\n`;
}

export function prefillTables({ presets }: PrefillReport, t: Translator): string {
  const speeds = Object.entries(presets).map(([name, { charsPerSecond, timeOfSteps, together16 }]) => [
    who(t, name),
    number(charsPerSecond.steps.median),
    number(charsPerSecond.one.median),
    number(charsPerSecond.sixteen.median),
    number(timeOfSteps.median),
    range(timeOfSteps),
    number(together16.median),
    range(together16),
  ]);
  return table([
    columns(t, 'steps', 'prefill', 'prefill16', 'timeOfSteps', 'spread', 'together16', 'spread'),
    ...speeds,
  ]);
}

export function scalingTable(series: readonly Series[], t: Translator): string {
  const rows = series.flatMap(({ size, of, points }) =>
    points.map(({ value, charsPerSecond }, at) => {
      const name = at === 0 ? `${t(`bench.sizes.${size}`)}; ${t(`bench.scaling.${of}`)}` : '';
      const growth = points[0]!.charsPerSecond.median / charsPerSecond.median;
      return [name, String(value), number(charsPerSecond.median), range(charsPerSecond), number(growth)];
    }),
  );
  return table([columns(t, 'size', 'rate', 'spread', 'cost'), ...rows]);
}

export function idleTable(report: IdleReport, t: Translator): string {
  const mebi = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  const milliseconds = (value: number) => `${value.toFixed(1)} ms`;
  return table([
    [t('bench.idle.cpu'), `${(100 * report.idleCpu).toFixed(2)} %`],
    [t('bench.idle.lag'), milliseconds(report.lagMax)],
    [t('bench.idle.lag99'), milliseconds(report.lagP99)],
    [t('bench.idle.open'), mebi(report.residentOpen)],
    [t('bench.idle.after'), mebi(report.residentAfter)],
    [t('bench.idle.peak'), mebi(report.residentPeak)],
    [t('bench.idle.rate'), number(report.charsPerSecond)],
  ]);
}

export function conversationsTables(report: ConversationsReport, t: Translator): string {
  const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
  const mebi = (value: number) => `${Math.round(value)} MiB`;
  const figures = table([
    [t('bench.conversations.share'), `${(100 * report.batchShare).toFixed(0)} %`],
    [t('bench.conversations.rate'), number(report.charsPerSecond)],
    [t('bench.conversations.first'), milliseconds(report.firstSentenceP95Ms)],
    [t('bench.conversations.alone'), milliseconds(report.loneFirstSentenceMs)],
    [t('bench.conversations.alone95'), milliseconds(report.loneFirstSentenceP95Ms)],
    [t('bench.conversations.memory'), mebi(report.memoryFor10000MiB)],
    [t('bench.conversations.pause', { swaps: report.swaps }), milliseconds(report.swapPauseMs)],
    [t('bench.conversations.wait'), milliseconds(report.swapWaitMs)],
    [t('bench.conversations.failures'), String(report.swapFailures)],
    [t('bench.conversations.growth'), mebi(report.swapGrowthMiB)],
  ]);
  const crowds = table([
    [t('bench.conversations.open'), t('bench.columns.rate')],
    ...Object.entries(report.byConversations).map(([count, rate]) => [number(Number(count)), number(rate)]),
  ]);
  const lengths = table([
    [
      t('bench.sizes.length'),
      t('bench.columns.cost'),
      t('bench.conversations.afterSwap'),
      t('bench.conversations.afterRestart'),
    ],
    ...Object.entries(report.byStoryLength).map(([length, cost]) => [
      number(Number(length)),
      milliseconds(cost),
      milliseconds(report.afterSwap[length]!),
      milliseconds(report.afterRestart[length]!),
    ]),
  ]);
  return `${figures}\n${crowds}\n${lengths}`;
}

/** What the figures depend on, in one paragraph. */
export function surroundings(
  { processor, cores, instructions, node, onnxruntime, commit }: Machine,
  threads: number,
  versions: Readonly<Record<string, string>>,
  t: Translator,
): string {
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${t('bench.machine', {
    processor,
    cores,
    instructions,
    threads,
    versions: [`Node ${node}`, `onnxruntime-node ${onnxruntime}`, ...others].join(', '),
    commit,
  })}\n`;
}
