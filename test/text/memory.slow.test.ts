import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { makeFile, SENTENCES, wrap } from './made-novel.ts';

it('a book of 60 MB is read within 256 MB of heap, which holds its cleaned text and little more', () => {
  const chapter = (i: number) => `第${i}章 桥头\n\n${wrap(SENTENCES.join('').repeat(60), 35)}\n\n`;
  const path = makeFile('long.txt', Array.from({ length: 1300 }, (_, i) => chapter(i + 1)).join(''));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--max-old-space-size=256', 'scripts/text.ts', path, '--json'],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout).chapters).toHaveLength(1300);
});
