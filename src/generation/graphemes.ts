const segmenter = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** Whether `next` becomes part of `cluster`, one visible character (grapheme cluster, UAX #29). */
export function joins(cluster: string, next: string): boolean {
  return cluster !== '' && segmenter.segment(cluster + next).containing(cluster.length)?.index === 0;
}

/** The last visible character of a text. */
export function lastCluster(text: string): string {
  // Longer than any emoji; only the parity of more flags in a row is lost.
  const tail = text.slice(-64);
  return tail === '' ? '' : segmenter.segment(tail).containing(tail.length - 1)!.segment;
}
