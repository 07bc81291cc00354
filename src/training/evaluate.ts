import type { ScoringSession } from '#engines';
import type { Model } from '#lstm';
import type { Vocabulary } from '#text';

/** Rows and tokens of the windows that evaluation reads. */
export const EVALUATION_SHAPE = { batch: 16, window: 64 } as const;

export type Evaluation = {
  readonly bitsPerCharacter: number;
  /** 2^bits, per character. */
  readonly perplexity: number;
  /** Share of characters that the vocabulary must write in bytes. */
  readonly unknownShare: number;
  readonly characters: number;
};

/**
 * How well the model foretells texts. Each is read from the zero state behind a start-of-story token, character
 * by character with the state carried; every character counts, also those written in bytes. `progress` hears after each
 * window which share of the tokens was read, 0 to 1.
 */
export async function evaluate(
  session: ScoringSession,
  texts: readonly string[],
  vocabulary: Vocabulary,
  model?: Model,
  progress?: (share: number) => void,
): Promise<Evaluation> {
  const { batch: B, window: T } = EVALUATION_SHAPE;
  const streams = texts.map((text) => [vocabulary.startOfStory, ...vocabulary.encode(text)]);
  // Longest first, each to the row that is free soonest: rows end at about the same time.
  const queue = streams.toSorted((a, b) => b.length - a.length);
  const rows: { stream: readonly number[]; at: number }[] = Array.from({ length: B }, () => ({
    stream: [],
    at: 0,
  }));
  const total = streams.reduce((sum, stream) => sum + stream.length - 1, 0);
  let read = 0;
  let nats = 0;
  for (;;) {
    const tokens = new Int32Array(B * T);
    const targets = new Int32Array(B * T);
    const keep = new Float32Array(B);
    const counted: number[] = [];
    rows.forEach((row, b) => {
      keep[b] = 1;
      if (row.at + 1 >= row.stream.length) {
        row.stream = queue.shift() ?? [];
        row.at = 0;
        keep[b] = 0;
      }
      for (let t = 0; t < T && row.at + 1 < row.stream.length; t++, row.at++) {
        tokens[b * T + t] = row.stream[row.at]!;
        targets[b * T + t] = row.stream[row.at + 1]!;
        counted.push(b * T + t);
      }
    });
    if (counted.length === 0) break;
    const surprise = await session.score({ tokens, targets, keep }, model);
    for (const i of counted) nats += surprise[i]!;
    read += counted.length;
    progress?.(read / total);
  }
  return evaluationOf(nats, texts, vocabulary);
}

/** What `nats` of surprise at all of the texts come to; NaN bits where the texts are empty. */
export function evaluationOf(nats: number, texts: readonly string[], vocabulary: Vocabulary): Evaluation {
  let characters = 0;
  let unknown = 0;
  for (const text of texts) {
    for (const c of text) {
      characters++;
      if (!vocabulary.has(c)) unknown++;
    }
  }
  const bitsPerCharacter = nats / Math.LN2 / characters;
  return {
    bitsPerCharacter,
    perplexity: 2 ** bitsPerCharacter,
    unknownShare: unknown / characters,
    characters,
  };
}

/** Windows that `evaluate` reads for texts of so many tokens. */
export function windowsToRead(lengths: readonly number[]): number {
  const { batch, window } = EVALUATION_SHAPE;
  const rows = new Array<number>(batch).fill(0);
  for (const length of lengths.toSorted((a, b) => b - a)) {
    const soonest = rows.indexOf(Math.min(...rows));
    rows[soonest]! += Math.ceil(length / window);
  }
  return Math.max(...rows);
}
