import { CharacterClass } from './character-class.ts';
import { closingMark, isQuotation, isTitle, type OpenMark } from './marks.ts';
import type { LengthRange } from './stopping.ts';
import type { StoryText } from './story-text.ts';

/** Logit added to sentence ends for each character beyond the target, and at most. */
const SENTENCE_PULL = 0.12;
const STRONGEST_PULL = 6;
/** Characters beyond the target at which a quotation must close behind a sentence. */
const CLOSE_AFTER = 20;
/** Logit added to the closing mark for each character of a 《 or a （ beyond these, and the lengths that they may have. */
const INSIDE_PULL = 0.5;
const TITLE = { easy: 8, longest: 16 } as const;
const BRACKET = { easy: 20, longest: 40 } as const;
const SENTENCE_ENDS = Array.from('。！？', (c) => c.codePointAt(0)!);

/** What is done so that what is open gets closed, by the model and not behind its back. */
export type Steering = {
  /** Added to the logits of sentence ends. */
  readonly sentence: number;
  /** Added to the logit of the innermost closing mark. */
  readonly closing: number;
  /** The only characters that may come, the preferred first. */
  readonly only?: readonly number[];
};

const NONE: Steering = { sentence: 0, closing: 0 };

/** How to steer the character behind `text`, of which `count` have been drawn. */
export function steer(
  text: StoryText,
  open: OpenMark | undefined,
  count: number,
  range: LengthRange,
): Steering {
  const over = count - range.target;
  if (!open) return over > 0 ? { sentence: pull(over), closing: 0 } : NONE;
  const closing = closingMark(open.kind);
  const isEmpty = open.at === text.length - 1;
  if (!isQuotation(open.kind)) {
    const { easy, longest } = isTitle(open.kind) ? TITLE : BRACKET;
    const inside = text.length - 1 - open.at;
    if (!isEmpty && (inside >= longest || count >= range.maximum)) return { ...NONE, only: [closing] };
    return { sentence: 0, closing: inside > easy ? INSIDE_PULL * (inside - easy) : 0 };
  }
  if (over <= 0) return NONE;
  const sentence = pull(over);
  if (!isEmpty && endsSentence(text)) {
    if (over > CLOSE_AFTER) return { ...NONE, only: [closing] };
    return { sentence, closing: 1 + sentence };
  }
  if (count >= range.maximum) return { ...NONE, only: SENTENCE_ENDS };
  return { sentence, closing: 0 };
}

const pull = (over: number): number => Math.min(SENTENCE_PULL * over, STRONGEST_PULL);

/** Whether a sentence ends here, also within what has just been closed; half of …… ends none. */
function endsSentence({ characters, classes, length }: StoryText): boolean {
  let i = length - 1;
  while (i >= 0 && (classes[i]! & CharacterClass.CLOSES) !== 0) i--;
  if (i < 0 || (classes[i]! & CharacterClass.SENTENCE_END) === 0) return false;
  let dots = 0;
  while (i - dots >= 0 && characters[i - dots] === 0x2026) dots++;
  return dots % 2 === 0;
}
