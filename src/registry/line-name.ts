import { UserError } from '#errors';

/** The line of the model that comes along. */
export const STARTER_LINE = 'starter';

/** Letters, with the marks that some scripts write them with, and digits; a name is a folder's name too. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,31}$/u;
/** What Windows keeps for devices. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The name of a line as it is kept: 1–32 characters, letters of any script, digits, - and _, a letter or digit first.
 * @throws UserError `registry.bad-line-name`
 */
export function lineNameOf(typed: string): string {
  const name = typed.normalize('NFC');
  if (!NAME.test(name) || DEVICE.test(name)) throw new UserError('registry.bad-line-name', { line: typed });
  return name;
}

/** Whether a file system that does not tell upper from lower case would take two names for one. */
export const clash = (a: string, b: string): boolean => a !== b && folded(a) === folded(b);

/** By way of upper case, in which ς and σ, ſ and s are one. */
const folded = (name: string): string => name.toUpperCase().toLowerCase();
