import type { Vocabulary } from '#text';
import { CharacterClass, classify } from './character-class.ts';
import { closingMark, PAIR_COUNT } from './marks.ts';

/** What drawing asks about tokens, looked up by id. */
export type TokenTable = {
  /** [V] the code point of a character's token; −1 for bytes and control tokens. */
  readonly codePoints: Int32Array;
  /** [V] its classes, 0 for bytes and control tokens. */
  readonly classes: Uint8Array;
  /** The token of a code point that has one. */
  readonly ids: ReadonlyMap<number, number>;
  readonly lineBreak: number;
  /** Tokens that end a sentence. */
  readonly sentenceEnds: readonly number[];
  /** The token of each pair's closing mark; −1 where it is written in bytes. */
  readonly closing: readonly number[];
};

const tables = new WeakMap<Vocabulary, TokenTable>();

/** The table of a vocabulary, made once for it. */
export function tokenTable(vocabulary: Vocabulary): TokenTable {
  let table = tables.get(vocabulary);
  if (!table) {
    const codePoints = new Int32Array(vocabulary.size).fill(-1);
    const classes = new Uint8Array(vocabulary.size);
    vocabulary.characters.forEach((c, i) => {
      const id = vocabulary.firstCharacter + i;
      codePoints[id] = c.codePointAt(0)!;
      classes[id] = classify(codePoints[id]!);
    });
    const ids = new Map<number, number>();
    const sentenceEnds: number[] = [];
    for (let id = vocabulary.firstCharacter; id < vocabulary.size; id++) {
      ids.set(codePoints[id]!, id);
      if ((classes[id]! & CharacterClass.SENTENCE_END) !== 0) sentenceEnds.push(id);
    }
    const closing = Array.from({ length: PAIR_COUNT }, (_, kind) => codePoints.indexOf(closingMark(kind)));
    const lineBreak = vocabulary.encode('\n')[0]!;
    table = { codePoints, classes, ids, lineBreak, sentenceEnds, closing };
    tables.set(vocabulary, table);
  }
  return table;
}

/** A character's bits of `CharacterClass`, for any code point: looked up where the vocabulary knows it. */
export function classOf(vocabulary: Vocabulary): (codePoint: number) => number {
  const { ids, classes } = tokenTable(vocabulary);
  return (codePoint) => classes[ids.get(codePoint) ?? -1] ?? classify(codePoint);
}
