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
  /** What logits lose, by code point. */
  readonly penalties = new Map<number, number>();
  /** The most that a logit loses; 0 where nothing is held off. */
  strongest = 0;

  /** Looks at the end of the text; what was seen before is forgotten. */
  look({ characters, classes, previous, length }: StoryText, strength: number): void {
    if (this.strongest > 0) this.penalties.clear();
    this.strongest = 0;
    if (strength === 0 || length < 2) return;
    const last = characters[length - 1]!;
    const first = Math.max(0, length - WINDOW);
    for (let i = previous[length - 1]!; i >= first; i = previous[i]!) {
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
    if (amount > (this.penalties.get(codePoint) ?? 0)) this.penalties.set(codePoint, amount);
  }
}
