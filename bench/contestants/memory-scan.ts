import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Step } from './step.ts';

/** Passes through the block in one step: long beside the waking of a thread. */
const PASSES = 50;

type Shared = { readonly block: SharedArrayBuffer; readonly turns: SharedArrayBuffer; readonly part: number };

/**
 * How fast `bytes` of memory can be read again and again by all threads at once, each reading its part: the bound of
 * a product of one row, which reads every weight once. Looks for a byte that is not there, which the C library
 * does with the widest loads. Counts bytes.
 */
export async function memoryScan(task: { readonly bytes: number; readonly threads: number }): Promise<Step> {
  const { bytes, threads } = task;
  const block = new SharedArrayBuffer(bytes);
  const turns = new SharedArrayBuffer(8 * threads);
  new Uint8Array(block).fill(1);
  for (let part = 1; part < threads; part++) {
    const data: Shared = { block, turns, part };
    await once(new Worker(new URL(import.meta.url), { workerData: data }), 'online');
  }
  const asked = new Int32Array(turns, 0, threads);
  const done = new Int32Array(turns, 4 * threads, threads);
  const own = partOf(block, 0, threads);
  return () => {
    for (let part = 1; part < threads; part++) {
      Atomics.add(asked, part, 1);
      Atomics.notify(asked, part);
    }
    scan(own);
    for (let part = 1; part < threads; part++) {
      while (Atomics.load(done, part) !== asked[part]) Atomics.wait(done, part, asked[part]! - 1);
    }
    return bytes * PASSES;
  };
}

const partOf = (block: SharedArrayBuffer, part: number, parts: number): Buffer => {
  const size = Math.floor(block.byteLength / parts);
  return Buffer.from(block, part * size, size);
};

function scan(part: Buffer): void {
  for (let pass = 0; pass < PASSES; pass++) {
    if (part.indexOf(0) !== -1) throw new Error('the block holds no zeros');
  }
}

if (!isMainThread) {
  const { block, turns, part } = workerData as Shared;
  const threads = turns.byteLength / 8;
  const asked = new Int32Array(turns, 0, threads);
  const done = new Int32Array(turns, 4 * threads, threads);
  const own = partOf(block, part, threads);
  for (let turn = 0; ; turn++) {
    Atomics.wait(asked, part, turn);
    scan(own);
    Atomics.add(done, part, 1);
    Atomics.notify(done, part);
  }
}
