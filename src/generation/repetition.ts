import { CharacterClass } from './character-class.ts';
import type { StoryText } from './story-text.ts';

/** Characters back to which repetition is looked for. */
const WINDOW = 1024;
/** Word characters that may be repeated freely: names and turns of phrase come again (孙悟空大笑道). */
const ALLOWED = 5;
const BASE = 1.75;
/** Word characters beyond which a longer match weighs no more. */
const LONGEST = 10;

/**
 * Which characters would prolong a repetition, and by how much each is to be made less likely: the idea of the
 * DRY sampler (p-e-w, text-generation-webui #5677). Where the last L word characters have stood in the story
 * before, what followed them there loses `strength` × 1.75^(L − 5) from its logit if L ≥ 5. Marks are part of a
 * match but do not count.
 */
export class Repetition {
  readonly #characters: number[] = [];
  readonly #amounts: number[] = [];

  /** The most that a logit loses; 0 where nothing is held off. */
  strongest = 0;

  /** What a character's logit loses. */
  penalty(codePoint: number): number {
    const at = this.#characters.indexOf(codePoint);
    return at < 0 ? 0 : this.#amounts[at]!;
  }

  /** Looks at the end of the text; what was seen before is forgotten. */
  look({ characters, classes, length }: StoryText, strength: number): void {
    this.#characters.length = 0;
    this.#amounts.length = 0;
    this.strongest = 0;
    if (strength === 0 || length < 2) return;
    const last = characters[length - 1]!;
    const first = Math.max(0, length - WINDOW);
    for (let i = length - 2; i >= first; i--) {
      if (characters[i] !== last) continue;
      let words = 0;
      for (let back = 0; i - back >= first && words < LONGEST; back++) {
        if (characters[i - back] !== characters[length - 1 - back]) break;
        if ((classes[i - back]! & CharacterClass.MARK) === 0) words++;
      }
      if (words >= ALLOWED) this.#punish(characters[i + 1]!, strength * BASE ** (words - ALLOWED));
    }
  }

  #punish(codePoint: number, amount: number): void {
    if (amount > this.strongest) this.strongest = amount;
    const at = this.#characters.indexOf(codePoint);
    if (at < 0) {
      this.#characters.push(codePoint);
      this.#amounts.push(amount);
    } else if (amount > this.#amounts[at]!) this.#amounts[at] = amount;
  }
}
