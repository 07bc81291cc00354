/** Characters (code points) of a story that drawing looks back on. */
export const RECENT = 2048;

/** The last `RECENT` characters of a text. */
export function recentOf(text: string): string {
  // Twice as many UTF-16 units hold them, and a whole novel need not be taken apart.
  const tail = text.slice(-2 * RECENT - 1);
  return [...tail].slice(-RECENT).join('');
}
