import { type Figure, figureOf, ratioOf, tidy, tidyFigure } from './contest/statistics.ts';
import type { Result } from './contest/team.ts';

/** What a table says of a peer, beside the ratio. */
export type PeerReport = {
  readonly charsPerSecond: Figure;
  /** The way of running it that was fastest, and the characters a second of all that were tried. */
  readonly way: string;
  readonly tried: Readonly<Record<string, number | null>>;
  readonly peakMebibytes: number | null;
};

export type Comparison<Peer extends string> = {
  readonly charsPerSecond: number;
  /** How many times as fast ours is; null for a peer that was not asked for or does not run here. */
  readonly vs: Readonly<Record<Peer, number | null>>;
  readonly spread: {
    readonly charsPerSecond: Figure;
    readonly vs: Readonly<Record<Peer, Figure | null>>;
  };
  readonly peers: Readonly<Partial<Record<Peer, PeerReport>>>;
};

const record = <Name extends string, T>(names: readonly Name[], value: (name: Name) => T) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;

/** Ours beside the peers, from one contest. */
export function compare<Peer extends string>(
  results: ReadonlyMap<string, Result>,
  ours: string,
  peers: readonly Peer[],
): Comparison<Peer> {
  const { rates } = results.get(ours)!;
  const ratios = record(peers, (peer) => {
    const theirs = results.get(peer);
    return theirs ? ratioOf(rates, theirs.rates) : null;
  });
  const present = peers.filter((peer) => results.has(peer));
  return {
    charsPerSecond: tidy(figureOf(rates).median),
    vs: record(peers, (peer) => (ratios[peer] ? tidy(ratios[peer].median) : null)),
    spread: {
      charsPerSecond: tidyFigure(figureOf(rates)),
      vs: record(peers, (peer) => (ratios[peer] ? tidyFigure(ratios[peer]) : null)),
    },
    peers: record(present, (peer) => peerReport(results.get(peer)!)) as Partial<Record<Peer, PeerReport>>,
  };
}

function peerReport({ rates, variant = '', tried = {}, peakMemory }: Result): PeerReport {
  return {
    charsPerSecond: tidyFigure(figureOf(rates)),
    way: variant,
    tried: record(Object.keys(tried), (way) => (tried[way] == null ? null : tidy(tried[way]))),
    peakMebibytes: mebibytes(peakMemory),
  };
}

export const mebibytes = (bytes: number | undefined): number | null =>
  bytes === undefined ? null : Math.round(bytes / 2 ** 20);

/** Versions of everything that took part. */
export const versionsOf = (results: ReadonlyMap<string, Result>): Record<string, string> =>
  Object.assign({}, ...[...results.values()].map(({ versions }) => versions));
