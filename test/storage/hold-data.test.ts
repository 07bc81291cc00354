import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { holdData } from '#storage';
import { temporaryFolder } from './folder.ts';
import { startChild } from './start-child.ts';

it('a second process is told which one holds the folder, and gets it when that one was killed', async () => {
  const folder = path.join(temporaryFolder(), 'data');
  const first = startChild('hold.ts', folder);
  await first.said(1);
  expect(() => holdData(folder)).toThrow(
    expect.objectContaining({ code: 'storage.in-use', params: { folder, pid: String(first.process.pid) } }),
  );
  await first.kill('SIGKILL');
  using _ = holdData(folder);
});

it('holds against its own process too, until it is let go', () => {
  const folder = temporaryFolder();
  {
    using _ = holdData(folder);
    expect(() => holdData(folder)).toThrow(
      expect.objectContaining({ code: 'storage.in-use', params: { folder, pid: String(process.pid) } }),
    );
  }
  using again = holdData(folder);
  again[Symbol.dispose]();
  again[Symbol.dispose]();
  expect(existsSync(path.join(folder, 'lock.pid'))).toBe(false);
  using _ = holdData(folder);
});

it('tells a folder that cannot be made', () => {
  expect(() => holdData('/dev/null/data')).toThrow(expect.objectContaining({ code: 'storage.cannot-open' }));
});
