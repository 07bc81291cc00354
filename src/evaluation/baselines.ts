import type { Vocabulary } from '#text';
import { growth } from './compression.ts';
import { KneserNey } from './kneser-ney.ts';

export type Score = {
  readonly bitsPerCharacter: number;
  /** 2^bits, per character. */
  readonly perplexity: number;
};

/** What others make of the same texts after the same novel. */
export type Baselines = {
  /** A 5-gram model with modified Kneser–Ney smoothing, over the tokens that the model reads. */
  readonly kneserNey: Score;
  readonly zstd: Score;
  readonly brotli: Score;
};

const ORDER = 5;
/** The start of a story and the end of a passage are no part of a text. */
const CONTROL_TOKENS = 2;

/**
 * Scores texts by an n-gram model and two compressors that have read `novel`; texts and novel in sections, as the model
 * reads them. A character that the vocabulary does not know costs the n-gram model all its bytes, as it does the model.
 */
export async function measureBaselines(
  novel: readonly string[],
  texts: readonly string[],
  vocabulary: Vocabulary,
): Promise<Baselines> {
  const text = texts.join('');
  const characters = [...text].length;
  const score = (bits: number): Score => ({
    bitsPerCharacter: bits / characters,
    perplexity: 2 ** (bits / characters),
  });
  const compressing = growth(novel.join(''), text);
  const kneserNey = score(kneserNeyBits(novel, texts, vocabulary));
  const { zstd, brotli } = await compressing;
  return { kneserNey, zstd: score(8 * zstd), brotli: score(8 * brotli) };
}

function kneserNeyBits(novel: readonly string[], texts: readonly string[], vocabulary: Vocabulary): number {
  const alphabet = vocabulary.size - CONTROL_TOKENS;
  const streams = novel.map((section) => vocabulary.encode(section));
  const model = KneserNey.train(streams, { order: ORDER, alphabet });
  let bits = 0;
  for (const text of texts)
    for (const p of model.probabilities(vocabulary.encode(text))) bits -= Math.log2(p);
  return bits;
}
