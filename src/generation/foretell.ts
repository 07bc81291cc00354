import type { InferenceSession, Logits } from '#engines';
import { LOGIT_BLOCK, logSumExp } from '#lstm';
import type { Vocabulary } from '#text';
import { Recall } from './recall.ts';
import type { WritingSettings } from './settings.ts';
import { StoryText } from './story-text.ts';
import { classOf } from './token-table.ts';

/** What beside the model foretells a text. */
export type RecallSettings = Pick<WritingSettings, 'cache' | 'remembered'>;

/** A text that is being read, in the slot of its number. */
type Reader = {
  readonly slot: number;
  readonly tokens: Int32Array;
  readonly characters: readonly string[];
  readonly text: StoryText;
  readonly recalls: readonly Recall[];
  readonly bits: readonly Float64Array[];
  at: number;
  /** Tokens of the character under way that are read. */
  within: number;
};

/**
 * The bits that each character of some texts costs when it is foretold as drawing at a temperature of 1 expects it:
 * [text][settings][character]. All that stands before a character counts. The texts are read side by side, one token a
 * step, in slots 0 … of the session, which must give out all blocks of logits and have a slot for each.
 */
export async function foretell(
  session: Pick<InferenceSession, 'write' | 'decode'>,
  vocabulary: Vocabulary,
  texts: readonly string[],
  settings: readonly RecallSettings[],
  progress?: (share: number) => void,
): Promise<readonly (readonly Float64Array[])[]> {
  const readers = texts.map((text, slot): Reader => {
    session.write(slot, null);
    const characters = [...text];
    return {
      slot,
      tokens: Int32Array.from(vocabulary.encode(text)),
      characters,
      text: new StoryText('', classOf(vocabulary)),
      recalls: settings.map(({ cache = 0, remembered }) => new Recall(vocabulary, cache, remembered)),
      bits: settings.map(() => new Float64Array(characters.length)),
      at: 0,
      within: 0,
    };
  });
  const total = readers.reduce((sum, { tokens }) => sum + tokens.length, 0);
  let read = 0;
  for (;;) {
    const reading = readers.filter(({ at, tokens }) => at < tokens.length);
    if (reading.length === 0) return readers.map(({ bits }) => bits);
    const logits = await session.decode(
      reading.map(({ slot }) => slot),
      Int32Array.from(reading, ({ tokens, at }) => tokens[at - 1] ?? vocabulary.startOfStory),
    );
    for (const [row, reader] of reading.entries()) advance(reader, logits, row, vocabulary);
    read += reading.length;
    progress?.(read / total);
  }
}

/** Scores the next token of a text by the logits behind those before it, then reads it. */
function advance(reader: Reader, logits: Logits, row: number, vocabulary: Vocabulary): void {
  const { tokens, characters, text, recalls, bits } = reader;
  const token = tokens[reader.at++]!;
  const expected = Math.exp(logitOf(logits, row, token) - logSumOf(logits, row));
  const { length } = text;
  for (const [i, recall] of recalls.entries()) {
    let total = 1;
    for (const odds of recall.tokens.values()) total += odds;
    bits[i]![length]! -= Math.log2((expected + (recall.tokens.get(token) ?? 0)) / total);
    recall.take(token, expected);
  }
  const character = characters[length]!;
  reader.within++;
  if (vocabulary.isByte(token) && reader.within < Buffer.byteLength(character)) return;
  reader.within = 0;
  const codePoint = character.codePointAt(0)!;
  text.push(codePoint, classOf(vocabulary)(codePoint));
  for (const recall of recalls) recall.look(text, text.length);
}

/** log Σ exp of all logits of a row. */
function logSumOf({ count, values }: Logits, row: number): number {
  return logSumExp(values, row * count * LOGIT_BLOCK, (row + 1) * count * LOGIT_BLOCK);
}

function logitOf({ count, blocks, values }: Logits, row: number, token: number): number {
  const at = blocks.indexOf(Math.floor(token / LOGIT_BLOCK), row * count);
  return values[at * LOGIT_BLOCK + (token % LOGIT_BLOCK)]!;
}
