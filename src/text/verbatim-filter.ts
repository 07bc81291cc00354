import { crc32 } from 'node:zlib';
import { UserError } from '#errors';
import { verbatimCharacters } from './longest-verbatim.ts';

const MAGIC = 0x46565858; // "XXVF", little-endian.
const FORMAT = 1;
/** Seven words: magic, format, limit, hashes, grams, bits, CRC-32 of the bits. */
const HEADER = 28;
const BITS_PER_GRAM = 12;
/** ln 2 × bits a gram: the fewest false alarms, 0.3 %. */
const HASHES = 8;
const FIRST = 0x01000193;
const SECOND = 0x9e3779b1;

/** Hashes of the characters behind which the next is to be judged; see `VerbatimFilter.context`. */
export type VerbatimContext = { readonly first: number; readonly second: number };

/**
 * Knows every run of `limit` + 1 characters of a novel, white space left out: a Bloom filter (1970), which never
 * misses one and takes about 3 in 1,000 others for one. A text in which it finds none has copied no more than
 * `limit` characters in a row.
 */
export class VerbatimFilter {
  /** The longest run that may be copied, in characters. */
  readonly limit: number;
  /** How many runs went in; the same run counts as often as it occurs. */
  readonly grams: number;
  readonly #hashes: number;
  readonly #size: number;
  readonly #bits: Uint8Array;

  private constructor(limit: number, grams: number, hashes: number, bits: Uint8Array) {
    this.limit = limit;
    this.grams = grams;
    this.#hashes = hashes;
    this.#size = bits.length * 8;
    this.#bits = bits;
  }

  /** Of texts that are each one work: no run goes from one into the next. `limit`: 1 or more characters. */
  static fromText(texts: Iterable<string>, limit: number): VerbatimFilter {
    const works = Array.from(texts, verbatimCharacters);
    const grams = works.reduce((sum, { length }) => sum + Math.max(0, length - limit), 0);
    const bits = new Uint8Array(Math.max(1, Math.ceil((grams * BITS_PER_GRAM) / 8)));
    const filter = new VerbatimFilter(limit, grams, HASHES, bits);
    for (const work of works) filter.#learn(work);
    return filter;
  }

  /**
   * Reads what `bytes` wrote.
   * @throws UserError `text.verbatim-damaged`, `text.verbatim-newer`
   */
  static parse(bytes: Uint8Array): VerbatimFilter {
    if (bytes.length < HEADER) throw new UserError('text.verbatim-damaged');
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER);
    const word = (i: number) => view.getUint32(4 * i, true);
    const bits = bytes.slice(HEADER);
    if (word(0) !== MAGIC) throw new UserError('text.verbatim-damaged');
    if (word(1) > FORMAT) throw new UserError('text.verbatim-newer');
    const [limit, hashes] = [word(2), word(3)];
    const whole = word(5) === bits.length * 8 && word(6) === crc32(bits) && limit > 0 && hashes > 0;
    if (!whole) throw new UserError('text.verbatim-damaged');
    return new VerbatimFilter(limit, word(4), hashes, bits);
  }

  /** What is stored: a small header, then the bits. */
  get bytes(): Uint8Array {
    const bytes = new Uint8Array(HEADER + this.#bits.length);
    const words = [MAGIC, FORMAT, this.limit, this.#hashes, this.grams, this.#size, crc32(this.#bits)];
    const view = new DataView(bytes.buffer);
    words.forEach((word, i) => {
      view.setUint32(4 * i, word, true);
    });
    bytes.set(this.#bits, HEADER);
    return bytes;
  }

  /**
   * What must be known of the `limit` last characters before `end`, white space already left out, to judge what
   * may follow; `undefined` where there are fewer: anything may.
   */
  context(characters: ArrayLike<number>, end: number): VerbatimContext | undefined {
    if (end < this.limit) return undefined;
    let first = 0;
    let second = 0;
    for (let i = end - this.limit; i < end; i++) {
      first = (Math.imul(first, FIRST) + characters[i]!) | 0;
      second = (Math.imul(second, SECOND) + characters[i]!) | 0;
    }
    return { first, second };
  }

  /** Whether `character`, no white space, would complete a run of the novel that is longer than the limit. */
  completes({ first, second }: VerbatimContext, character: number): boolean {
    let place = mix((Math.imul(first, FIRST) + character) | 0);
    const step = mix((Math.imul(second, SECOND) + character) | 0) | 1;
    for (let i = 0; i < this.#hashes; i++) {
      const bit = this.#bit(place);
      if ((this.#bits[Math.floor(bit / 8)]! & (1 << (bit % 8))) === 0) return false;
      place = (place + step) | 0;
    }
    return true;
  }

  #learn(work: Int32Array): void {
    const length = this.limit + 1;
    const [firstOldest, secondOldest] = [power(FIRST, length), power(SECOND, length)];
    let first = 0;
    let second = 0;
    for (let i = 0; i < work.length; i++) {
      const oldest = i < length ? 0 : work[i - length]!;
      first = (Math.imul(first, FIRST) + work[i]! - Math.imul(oldest, firstOldest)) | 0;
      second = (Math.imul(second, SECOND) + work[i]! - Math.imul(oldest, secondOldest)) | 0;
      if (i < this.limit) continue;
      let place = mix(first);
      const step = mix(second) | 1;
      for (let hash = 0; hash < this.#hashes; hash++) {
        const bit = this.#bit(place);
        this.#bits[Math.floor(bit / 8)]! |= 1 << (bit % 8);
        place = (place + step) | 0;
      }
    }
  }

  /** A 32-bit hash as a place among the bits. */
  #bit(hash: number): number {
    return Math.floor(((hash >>> 0) / 2 ** 32) * this.#size);
  }
}

/** Spreads a polynomial hash over all 32 bits (the finaliser of MurmurHash3). */
function mix(hash: number): number {
  let x = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product = Math.imul(product, base);
  return product;
}
