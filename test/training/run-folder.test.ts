import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processMark } from '../../src/training/process-mark.ts';
import { claimFolder, runFolder } from '../../src/training/run-folder.ts';

let folder: string;
let other: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xuxie-claim-'));
  other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(other, 'spawn');
});
afterEach(() => {
  other.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const leave = (mark: string) => writeFileSync(runFolder(folder).lock, `${mark}\n`);

describe('claimFolder', () => {
  it('holds the folder until it is let go', () => {
    const claim = claimFolder(folder);
    expect(readFileSync(runFolder(folder).lock, 'utf8')).toBe(`${processMark(process.pid)}\n`);
    claim[Symbol.dispose]();
    expect(existsSync(runFolder(folder).lock)).toBe(false);
  });

  it('refuses while another process holds it, and names it', () => {
    leave(processMark(other.pid!)!);
    expect(() => claimFolder(folder)).toThrow(new RegExp(`train\\.folder-busy.*"pid":"${other.pid}"`));
  });

  it('takes it from a process that was killed, at once', async () => {
    leave(processMark(other.pid!)!);
    other.kill('SIGKILL');
    await once(other, 'exit');
    claimFolder(folder)[Symbol.dispose]();
  });

  it.runIf(process.platform === 'linux')(
    'takes it from one whose number has gone to another process, as in a container started again',
    () => {
      expect(processMark(other.pid!)).toMatch(new RegExp(`^${other.pid} \\d{2,}$`));
      leave(`${other.pid} 1`);
      claimFolder(folder)[Symbol.dispose]();
      leave(`${process.pid} 1`);
      claimFolder(folder)[Symbol.dispose]();
    },
  );

  it.runIf(process.platform === 'linux')('takes it from one that is dead and not yet buried', async () => {
    // The shell's child ends; the sleeper that the shell becomes never asks after it.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60']);
    try {
      const [said] = await once(parent.stdout, 'data');
      const pid = Number(String(said));
      const stat = () =>
        readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
      while (stat()[0] !== 'Z') await new Promise(setImmediate);
      leave(`${pid} ${stat()[19]}`);
      claimFolder(folder)[Symbol.dispose]();
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('takes it from a file that says nothing', () => {
    for (const nothing of ['', 'x', '-1', '0']) {
      leave(nothing);
      claimFolder(folder)[Symbol.dispose]();
    }
  });
});
