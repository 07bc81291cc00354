import { LRUCache } from 'lru-cache';
import { foldScript, type Lease } from '#generation';
import type { Passage } from './records.ts';

/** Characters of texts in a model's script that are held in memory. */
const HELD = 2 ** 21;

/** Passages as a model reads them: in its script. */
export class ModelText {
  readonly #texts = new LRUCache<string, string>({
    maxSize: HELD,
    sizeCalculation: (text) => text.length + 100,
  });
  readonly #hashes = new WeakMap<Lease['vocabulary'], string>();

  /** What people typed and what models of other lines drew is put into the script; a line's own text is left alone. */
  async of(
    passage: Passage,
    { vocabulary, about }: Pick<Lease, 'vocabulary' | 'about'>,
    line: string,
  ): Promise<string> {
    if (passage.text === '' || passage.receipt?.line === line) return passage.text;
    const key = `${this.#hashOf(vocabulary)}/${about.script}/${passage.id}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const { text } = await foldScript(passage.text, vocabulary, about.script);
    // Short texts that need no change are found again as fast as they are kept.
    if (text !== passage.text || text.length > 64) this.#texts.set(key, text);
    return text;
  }

  /** An erased text is not held either. */
  forget(): void {
    this.#texts.clear();
  }

  #hashOf(vocabulary: Lease['vocabulary']): string {
    let hash = this.#hashes.get(vocabulary);
    if (hash === undefined) {
      hash = vocabulary.hash;
      this.#hashes.set(vocabulary, hash);
    }
    return hash;
  }
}
