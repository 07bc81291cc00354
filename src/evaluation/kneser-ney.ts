import { GramTable } from './gram-table.ts';

export type KneserNeyOptions = {
  /** Longest n-gram counted: 5 foretells a token from the four before it. */
  readonly order: number;
  /** How many different tokens a stream can hold: what is left to chance is shared out among them evenly. */
  readonly alphabet: number;
};

/** Stands before the first token of a stream. */
const BEGINNING = -1;
/** Discounts of an order too small to tell its own, as KenLM has them. */
const FALLBACK: Discounts = [0, 0.5, 1, 1.5];

/** What is taken off a count of 0, 1, 2 and of 3 or more. */
type Discounts = readonly [0, number, number, number];

/** The grams of one order, and for each of their contexts what foretelling needs. */
type Level = {
  readonly grams: GramTable;
  readonly discounts: Discounts;
  /** [contexts] the sum of the counts of a context's grams. */
  readonly totals: Float64Array;
  /** [contexts] the sum of what was taken off them. */
  readonly freed: Float64Array;
};

/**
 * An n-gram model with interpolated modified Kneser–Ney smoothing (Chen & Goodman 1999, "An empirical study of
 * smoothing techniques for language modeling", section 3.4):
 *
 *     p(w | h) = (c(hw) − D(c(hw)) + Σ_v D(c(hv)) · p(w | h′)) / Σ_v c(hv)
 *
 * where h′ is h without its first token, the empty context leads to 1/alphabet, and c is the number of occurrences
 * at the highest order, below it the number of different tokens that precede. Each stream begins with a full context of
 * beginnings, which are never foretold.
 */
export class KneserNey {
  readonly #levels: readonly Level[];
  readonly #alphabet: number;
  /** Ids of the contexts of 0 … order − 1 tokens at the beginning of a stream. */
  readonly #beginning: Int32Array;

  private constructor(levels: readonly Level[], alphabet: number, beginning: Int32Array) {
    this.#levels = levels;
    this.#alphabet = alphabet;
    this.#beginning = beginning;
  }

  /** Counts the streams; tokens are integers from 0. 2 million tokens take some seconds and 400 MB. */
  static train(streams: Iterable<Int32Array>, { order, alphabet }: KneserNeyOptions): KneserNey {
    const tables = Array.from({ length: order }, () => new GramTable());
    // The empty context is 0, the only gram of its order.
    const beginning = new Int32Array(order);
    for (let n = 1; n < order; n++) beginning[n] = tables[n - 1]!.add(beginning[n - 1]!, BEGINNING);
    const longest = tables[order - 1]!;
    const context = new Int32Array(order);
    for (const stream of streams) {
      context.set(beginning);
      for (const token of stream) {
        let shorter = -1;
        // Behind each other so that context[n] is replaced only after it was read.
        let next = 0;
        for (let n = 0; n < order; n++) {
          const table = tables[n]!;
          const before = table.size;
          const id = table.add(context[n]!, token);
          if (id === before && n > 0) tables[n - 1]!.counts[shorter]!++;
          context[n] = next;
          next = shorter = id;
        }
        longest.counts[next]!++;
      }
    }
    const levels = tables.map((grams, n) => levelOf(grams, n === 0 ? 1 : tables[n - 1]!.size));
    return new KneserNey(levels, alphabet, beginning);
  }

  /** [tokens] the probability of each token after those before it in the stream. */
  probabilities(stream: Int32Array): Float64Array {
    const probabilities = new Float64Array(stream.length);
    const context = this.#beginning.slice();
    stream.forEach((token, i) => {
      let p = 1 / this.#alphabet;
      let next = 0;
      this.#levels.forEach(({ grams, discounts, totals, freed }, n) => {
        const within = context[n]!;
        const id = grams.find(within, token);
        const total = within < 0 ? 0 : totals[within]!;
        if (total > 0) {
          const count = id < 0 ? 0 : grams.counts[id]!;
          p = (count - discounts[Math.min(count, 3)]! + freed[within]! * p) / total;
        }
        context[n] = next;
        next = id;
      });
      probabilities[i] = p;
    });
    return probabilities;
  }
}

function levelOf(grams: GramTable, contexts: number): Level {
  const timesCounted = [0, 0, 0, 0, 0];
  for (let id = 0; id < grams.size; id++) {
    const count = grams.counts[id]!;
    if (count <= 4) timesCounted[count]!++;
  }
  const discounts = discountsOf(timesCounted);
  const totals = new Float64Array(contexts);
  const freed = new Float64Array(contexts);
  for (let id = 0; id < grams.size; id++) {
    const count = grams.counts[id]!;
    totals[grams.contextOf(id)]! += count;
    freed[grams.contextOf(id)]! += discounts[Math.min(count, 3)]!;
  }
  return { grams, discounts, totals, freed };
}

/** `timesCounted[i]`: how many grams have the count i, 1 to 4. Equation 26 of Chen & Goodman 1999. */
function discountsOf([, n1 = 0, n2 = 0, n3 = 0, n4 = 0]: readonly number[]): Discounts {
  const y = n1 / (n1 + 2 * n2);
  const estimate: Discounts = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  // Of too few grams some n are 0 or out of proportion: then these are no discounts.
  return n4 > 0 && estimate.every((d, i) => d >= 0 && d <= i) ? estimate : FALLBACK;
}
