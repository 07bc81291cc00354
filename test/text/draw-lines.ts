import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The novels that the sample is drawn from, and how many lines of each. */
export const SAMPLE = [
  { file: '西遊記.txt', lines: 100 },
  { file: '紅樓夢.txt', lines: 100 },
  { file: '三国演义.txt', lines: 100 },
] as const;
const SEED = 20261124;

/** Line numbers (from 1) of lines with words, drawn without repetition; the same for the same file. */
export function drawLines(file: string, raw: readonly string[], count: number): number[] {
  let state = SEED ^ [...file].reduce((sum, character) => (sum * 31 + character.codePointAt(0)!) | 0, 7);
  // mulberry32, a public-domain generator: small, seeded, good enough for a draw.
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const worded = raw.flatMap((line, i) => (line.trim() === '' ? [] : [i + 1]));
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(worded[Math.floor(random() * worded.length)]!);
  return [...drawn].sort((a, b) => a - b);
}

/** The raw lines of a novel. */
export function rawLines(folder: string, file: string): string[] {
  return readFileSync(join(folder, file), 'utf8').split('\n');
}
