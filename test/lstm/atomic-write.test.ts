import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { writeAtomically } from '../../src/lstm/atomic-write.ts';

const { done, opened } = vi.hoisted(() => ({ done: [] as string[], opened: new Map<number, string>() }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return {
    ...fs,
    openSync(path: string, flags: string) {
      const file = fs.openSync(path, flags);
      opened.set(file, path);
      return file;
    },
    writeSync(file: number, content: Uint8Array, at: number) {
      done.push(`write ${opened.get(file)}`);
      return fs.writeSync(file, content, at);
    },
    fsyncSync(file: number) {
      done.push(`flush ${opened.get(file)}`);
      fs.fsyncSync(file);
    },
    renameSync(from: string, to: string) {
      done.push(`rename ${from} to ${to}`);
      fs.renameSync(from, to);
    },
  };
});

it('is on the disk before it takes the name, and so is the name before the call returns', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xuxie-atomic-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'model');
  writeAtomically(path, Buffer.from('weights'));
  expect(readFileSync(path, 'utf8')).toBe('weights');
  expect(done.map((step) => step.replaceAll(folder, 'folder'))).toEqual([
    'write folder/model.new',
    'flush folder/model.new',
    'rename folder/model.new to folder/model',
    'flush folder',
  ]);
});
