/**
 * Of all runs of `n` characters (code points) in some texts, the share that has stood earlier in the same text;
 * 0 where no text is as long as that.
 */
export function repeatedShare(texts: Iterable<string>, n: number): number {
  let repeated = 0;
  let total = 0;
  for (const text of texts) {
    const characters = [...text];
    const seen = new Set<string>();
    for (let end = n; end <= characters.length; end++) {
      seen.add(characters.slice(end - n, end).join(''));
      total++;
    }
    repeated += Math.max(0, characters.length - n + 1) - seen.size;
  }
  return total === 0 ? 0 : repeated / total;
}
