import { UserError } from '#errors';

/** Characters (code points) that may be typed at once. */
export const LONGEST_TEXT = 20_000;
/** Names that a story keeps in mind, and their characters. */
export const nameLimits = { count: 20, length: 12 } as const;
/** Characters of a title and of a branch's name; branches of a story. */
export const titleLimit = 100;
export const branchLimits = { count: 100, length: 40 } as const;

/** Everything of Unicode's control characters but line feed and tab. */
const CONTROL = /[^\P{Cc}\n\t]/u;

const hexadecimal = (c: string): string => c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');

/**
 * A typed text as it is kept: line feeds between lines, no blank lines around it.
 * @throws UserError `story.empty-text`, `story.too-long`, `story.lone-surrogate`, `story.control-character`
 */
export function checkText(typed: string): string {
  const text = typed
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/^\s*\n/, '')
    .trimEnd();
  if (text.trim() === '') throw new UserError('story.empty-text');
  if (!text.isWellFormed()) throw new UserError('story.lone-surrogate');
  const control = CONTROL.exec(text)?.[0];
  if (control !== undefined) throw new UserError('story.control-character', { code: hexadecimal(control) });
  const count = text.length > LONGEST_TEXT ? [...text].length : text.length;
  if (count > LONGEST_TEXT) throw new UserError('story.too-long', { count, maximum: LONGEST_TEXT });
  return text;
}

/** @throws UserError `story.bad-name` */
export function checkName(typed: string): string {
  const name = typed.trim();
  if (!isPlain(name, nameLimits.length) || /\s/.test(name)) {
    throw new UserError('story.bad-name', { maximum: nameLimits.length });
  }
  return name;
}

/** @throws UserError `story.bad-branch` */
export function checkBranch(typed: string): string {
  const name = typed.trim();
  // An object would take it for something else.
  if (!isPlain(name, branchLimits.length) || name === '__proto__') {
    throw new UserError('story.bad-branch', { maximum: branchLimits.length });
  }
  return name;
}

/** @throws UserError `story.bad-title` */
export function checkTitle(typed: string): string {
  const title = typed.trim();
  if (!isPlain(title, titleLimit)) throw new UserError('story.bad-title', { maximum: titleLimit });
  return title;
}

const isPlain = (text: string, longest: number): boolean =>
  text !== '' && [...text].length <= longest && text.isWellFormed() && !/\p{Cc}/u.test(text);
