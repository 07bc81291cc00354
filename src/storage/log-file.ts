import { readFileSync, writeFileSync } from 'node:fs';

/*
 * SQLite's write-ahead log (sqlite.org/fileformat2.html, "The WAL File Format"): a header of 32 bytes, then frames, each a
 * header of 24 bytes and one page. Every frame's checksum goes on from the one before, so that SQLite reads a log up to the
 * first byte that is wrong, and drops what was committed behind it without a word.
 */
const HEADER = 32;
const FRAME = 24;
/** The last bit says in which order of bytes the checksums were made. */
const MAGIC = 0x377f0682;
const VERSION = 3_007_000;
const PAGE_SIZE = 4096;

/**
 * `cut`: the last transaction is not whole, as when the power failed before it was on disk and acknowledged. `damaged`: there
 * are more behind it, or the header is wrong, so that acknowledged ones would be dropped.
 */
export type LogState = 'whole' | 'cut' | 'damaged';

/** Looks at a log that nobody has open. */
export function lookAtLog(file: string): LogState {
  const log = parseLog(file);
  return log ? stateOf(log) : 'whole';
}

/** Has SQLite read a damaged log through its last commit: where a page is damaged, the records on it say so. */
export function mendLog(file: string): void {
  const log = parseLog(file);
  if (!log || stateOf(log) !== 'damaged') return;
  const { bytes, frames, salts } = log;
  const last = frames.findLastIndex(({ commits }) => commits);
  const isBig = bytes.readUInt32BE(0) % 2 === 1;
  for (const [at, value] of [MAGIC + Number(isBig), VERSION, PAGE_SIZE].entries())
    bytes.writeUInt32BE(value, 4 * at);
  salts.copy(bytes, 16);
  const sum: Sum = [0, 0];
  add(sum, bytes.subarray(0, 24), isBig);
  put(bytes, 24, sum);
  for (const { start } of frames.slice(0, last + 1)) {
    salts.copy(bytes, start + 8);
    addFrame(sum, bytes, start, isBig);
    put(bytes, start + 16, sum);
  }
  writeFileSync(file, bytes.subarray(0, HEADER + (last + 1) * (FRAME + PAGE_SIZE)));
}

type Frame = { readonly start: number; readonly commits: boolean };
type Log = {
  readonly bytes: Buffer;
  /** Those that belong together, up to the last one. */
  readonly frames: readonly Frame[];
  /** How many of them SQLite would read. */
  readonly sound: number;
  readonly salts: Buffer;
};

function stateOf({ frames, sound }: Log): LogState {
  const behind = frames.slice(sound).filter(({ commits }) => commits).length;
  return behind === 0 ? 'whole' : behind === 1 ? 'cut' : 'damaged';
}

/** Nothing if there is no log, or none with frames. */
function parseLog(file: string): Log | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const count = Math.floor((bytes.length - HEADER) / (FRAME + PAGE_SIZE));
  if (count <= 0) return undefined;
  const isBig = bytes.readUInt32BE(0) % 2 === 1;
  const sum: Sum = [0, 0];
  add(sum, bytes.subarray(0, 24), isBig);
  const isSound = holds(bytes, 24, sum);
  // What belongs together shares two random numbers; frames of an earlier use of the file stand behind with others.
  const salts = Buffer.from(bytes.subarray(isSound ? 16 : HEADER + 8, isSound ? 24 : HEADER + 16));
  const frames = Array.from({ length: count }, (_, at): Frame & { readonly belongs: boolean } => {
    const start = HEADER + at * (FRAME + PAGE_SIZE);
    const belongs = bytes.subarray(start + 8, start + 16).equals(salts);
    return { start, belongs, commits: belongs && bytes.readUInt32BE(start + 4) > 0 };
  });
  const end = frames.findLastIndex(({ belongs }) => belongs) + 1;
  let sound = 0;
  for (; isSound && sound < end; sound++) {
    const { start, belongs } = frames[sound]!;
    addFrame(sum, bytes, start, isBig);
    if (!belongs || !holds(bytes, start + 16, sum)) break;
  }
  return { bytes, frames: frames.slice(0, end), sound, salts };
}

/** A running checksum: two numbers of 32 bits. */
type Sum = [number, number];

function addFrame(sum: Sum, bytes: Buffer, start: number, isBig: boolean): void {
  add(sum, bytes.subarray(start, start + 8), isBig);
  add(sum, bytes.subarray(start + FRAME, start + FRAME + PAGE_SIZE), isBig);
}

function add(sum: Sum, bytes: Buffer, isBig: boolean): void {
  let [a, b] = sum;
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBig ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  sum[0] = a;
  sum[1] = b;
}

function put(bytes: Buffer, at: number, [a, b]: Sum): void {
  bytes.writeUInt32BE(a, at);
  bytes.writeUInt32BE(b, at + 4);
}

const holds = (bytes: Buffer, at: number, [a, b]: Sum): boolean =>
  bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b;
