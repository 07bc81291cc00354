import { createHash } from 'node:crypto';
import { UserError } from '#errors';

/** What a vocabulary is stored as; `format` rises when the meaning of the ids changes. */
export type VocabularyJson = { readonly format: 1; readonly characters: string };

const FORMAT = 1;
const BYTES = 256;
const encoder = new TextEncoder();

/**
 * Tokens: two control tokens, the 256 bytes, then single characters (code points), the frequent first.
 * A character that has no token of its own is written as its UTF-8 bytes, so `decode(encode(s)) === s`
 * for every well-formed string and no character is ever dropped.
 */
export class Vocabulary {
  /** Written where a story begins. */
  readonly startOfStory = 0;
  /** Written where a passage ends. */
  readonly endOfPassage = 1;
  /** Id of the token for byte 0x00; byte b is `firstByte + b`. */
  readonly firstByte = 2;
  /** Id of the most frequent character. */
  readonly firstCharacter = 2 + BYTES;
  /** Tokens in all (V). */
  readonly size: number;
  /** The characters with tokens of their own, in the order of their ids. */
  readonly characters: readonly string[];
  readonly #ids: Map<number, number>;

  private constructor(characters: readonly string[]) {
    this.characters = characters;
    this.size = this.firstCharacter + characters.length;
    this.#ids = new Map(characters.map((c, i) => [c.codePointAt(0)!, this.firstCharacter + i]));
  }

  /**
   * Gives a token to each character that occurs at least `minimumCount` times; ties by code point.
   * @throws UserError `text.lone-surrogate`
   */
  static fromText(texts: Iterable<string>, minimumCount: number): Vocabulary {
    const counts = new Map<string, number>();
    for (const text of texts) {
      refuseLoneSurrogates(text);
      for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
    }
    const kept = [...counts].filter(([, count]) => count >= minimumCount);
    kept.sort(([a, m], [b, n]) => n - m || a.codePointAt(0)! - b.codePointAt(0)!);
    return new Vocabulary(kept.map(([c]) => c));
  }

  /**
   * Reads what `toJSON` wrote.
   * @throws UserError `text.vocabulary-damaged`, `text.vocabulary-newer`
   */
  static parse(json: unknown): Vocabulary {
    const { format, characters } = (json ?? {}) as Partial<VocabularyJson>;
    if (typeof format === 'number' && format > FORMAT) throw new UserError('text.vocabulary-newer');
    if (format !== FORMAT || typeof characters !== 'string' || !characters.isWellFormed()) {
      throw new UserError('text.vocabulary-damaged');
    }
    const list = [...characters];
    if (new Set(list).size !== list.length) throw new UserError('text.vocabulary-damaged');
    return new Vocabulary(list);
  }

  toJSON(): VocabularyJson {
    return { format: FORMAT, characters: this.characters.join('') };
  }

  /** SHA-256 of the stored form, in hexadecimal: two vocabularies are the same when these are. */
  get hash(): string {
    return createHash('sha256').update(JSON.stringify(this)).digest('hex');
  }

  /** Whether the character has a token of its own. */
  has(character: string): boolean {
    return this.#ids.has(character.codePointAt(0)!);
  }

  isByte(id: number): boolean {
    return id >= this.firstByte && id < this.firstCharacter;
  }

  isControl(id: number): boolean {
    return id < this.firstByte;
  }

  /**
   * The tokens of a text; control tokens are never among them.
   * @throws UserError `text.lone-surrogate`
   */
  encode(text: string): Int32Array {
    refuseLoneSurrogates(text);
    const ids: number[] = [];
    for (const c of text) {
      const id = this.#ids.get(c.codePointAt(0)!);
      if (id !== undefined) ids.push(id);
      else for (const byte of encoder.encode(c)) ids.push(this.firstByte + byte);
    }
    return Int32Array.from(ids);
  }

  /** The text of tokens. Control tokens give nothing; bytes that are no UTF-8 give U+FFFD. */
  decode(ids: Iterable<number>): string {
    let text = '';
    let bytes: number[] = [];
    const flush = () => {
      if (bytes.length > 0)
        text += new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
      bytes = [];
    };
    for (const id of ids) {
      if (this.isByte(id)) {
        bytes.push(id - this.firstByte);
        continue;
      }
      flush();
      if (!this.isControl(id)) text += this.characters[id - this.firstCharacter] ?? '';
    }
    flush();
    return text;
  }
}

function refuseLoneSurrogates(text: string): void {
  if (text.isWellFormed()) return;
  const position = /\p{Surrogate}/u.exec(text)?.index ?? 0;
  throw new UserError('text.lone-surrogate', { position });
}
