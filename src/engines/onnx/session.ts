import './telemetry.ts';
import { InferenceSession as Session, Tensor } from 'onnxruntime-node';
import { encodeModel } from './encode.ts';
import type { ElementType, Graph } from './graph.ts';

export type Feeds = Record<string, Tensor>;

/**
 * Opens a graph. No memory arena: shapes are few and large, and the arena would keep the largest for ever.
 * Two intra-op threads at most are useful here, and they must not spin while other work waits for a core.
 */
export async function openSession(graph: Graph, threads = 2): Promise<Session> {
  return Session.create(encodeModel(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { intra_op: { spin_duration_us: '50' }, set_denormal_as_zero: '1' } },
  });
}

/** Releases the sessions at the first call and does nothing at the next: the runtime refuses a second release. */
export function releaseOnce(sessions: () => Iterable<Session | Promise<Session>>): () => Promise<void> {
  let released = false;
  return async () => {
    if (released) return;
    released = true;
    for (const session of sessions()) await (await session).release();
  };
}

export const floats = (data: Float32Array, shape: readonly number[]): Tensor =>
  new Tensor('float32', data, shape);
export const units = (data: Uint8Array, shape: readonly number[]): Tensor => new Tensor('uint8', data, shape);
export const ints = (data: Int32Array, shape: readonly number[]): Tensor => new Tensor('int32', data, shape);

/**
 * Runs a session into `outputs`. The runtime copies what it wrote there once more into results of its own; nobody
 * reads them, and left to the garbage collector they would keep it at work all the time.
 */
export async function runInto(session: Session, feeds: Feeds, outputs: Feeds): Promise<void> {
  const results = await session.run(feeds, outputs);
  for (const [name, { data }] of Object.entries(results)) {
    const { buffer } = data as Float32Array<ArrayBuffer>;
    if (buffer !== (outputs[name]!.data as Float32Array).buffer) buffer.transfer(0);
  }
}

/** A tensor of its own for every output of the graph, which `run` then fills instead of making new ones. */
export function outputBuffers(graph: Graph): Feeds {
  const buffers: Feeds = {};
  for (const { name, type, shape } of graph.outputs) {
    const size = shape.reduce<number>((n, d) => n * Number(d), 1);
    buffers[name] = new Tensor(type as 'float32' | 'int32', arrayOf(type, size), shape.map(Number));
  }
  return buffers;
}

const arrayOf = (type: ElementType, size: number): Float32Array | Int32Array =>
  type === 'float32' ? new Float32Array(size) : new Int32Array(size);

/** [B × T] → [T × B] and back with the sizes exchanged. */
export function transpose<A extends Float32Array | Int32Array>(source: A, rows: number, columns: number): A {
  const result = new (source.constructor as new (n: number) => A)(source.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = source[r * columns + c]!;
  }
  return result;
}
