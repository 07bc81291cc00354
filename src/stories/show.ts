import { inScript, type Quotes, type Script } from '#generation';
import type { Passage } from './records.ts';

/** How a reader wants to see what models write: what is absent stays as it was drawn. */
export type Show = { readonly script?: Script | undefined; readonly quotes?: Quotes | undefined };

/** Text of a model as it comes, as a reader wants to see it. */
export function showPieces(
  pieces: AsyncGenerator<string, void>,
  { script, quotes }: Show = {},
): AsyncGenerator<string, void> {
  return script || quotes ? inScript(pieces, script, quotes) : pieces;
}

/** A kept passage as a reader wants to see it: a person's as it was typed. */
export async function showPassage(
  { author, text }: Pick<Passage, 'author' | 'text'>,
  { script, quotes }: Show = {},
): Promise<string> {
  if (author.kind !== 'model' || !(script || quotes)) return text;
  let shown = '';
  for await (const piece of inScript(once(text), script, quotes)) shown += piece;
  return shown;
}

async function* once(text: string): AsyncGenerator<string, void> {
  yield text;
}
