import { createHash } from 'node:crypto';
import { UserError } from '#errors';

/** A tensor as it is stored. */
export type StoredTensor = {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float16Array | Int8Array;
};
export type Tensors = ReadonlyMap<string, StoredTensor>;
export type Metadata = Readonly<Record<string, string>>;

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };

const UNSIGNED = '0'.repeat(64);
/** A header longer than this is no header of ours. */
const LONGEST_HEADER = 64 * 2 ** 20;

/**
 * One safetensors file (8 bytes of header length, a JSON header, the tensors' bytes), little-endian. Its
 * metadata also hold `sha256`: the hash of the whole file with 64 zeros in the hash's place.
 */
export function encodeSafetensors(tensors: Tensors, metadata: Metadata): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { sha256: UNSIGNED, ...metadata } };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Float16Array ? 'F16' : 'I8';
    header[name] = { dtype, shape, data_offsets: [offset, offset + data.byteLength] } satisfies Omit<
      Entry,
      'shape'
    > & {
      shape: readonly number[];
    };
    offset += data.byteLength;
  }
  let text = Buffer.from(JSON.stringify(header));
  const padding = (8 - (text.length % 8)) % 8;
  text = Buffer.concat([text, Buffer.alloc(padding, ' ')]);
  const file = Buffer.alloc(8 + text.length + offset);
  file.writeBigUInt64LE(BigInt(text.length));
  text.copy(file, 8);
  let at = 8 + text.length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const place = file.indexOf(UNSIGNED, 8);
  file.write(createHash('sha256').update(file).digest('hex'), place);
  return file;
}

/**
 * The metadata alone, whose `sha256` names the content; that the file is whole is checked.
 * @throws UserError as `decodeSafetensors`
 */
export function readMetadata(file: Buffer, path: string): Metadata {
  const { start, metadata, entries } = readHeader(file, path);
  checkLength(file, start, entries, path);
  checkHash(file, metadata, path);
  return metadata;
}

/**
 * Reads what `encodeSafetensors` wrote; F16 tensors stay F16.
 * @throws UserError `model.foreign` (no safetensors, or without our metadata), `model.truncated`, `model.corrupt`
 */
export function decodeSafetensors(file: Buffer, path: string): { tensors: Tensors; metadata: Metadata } {
  const { start, metadata, entries } = readHeader(file, path);
  checkLength(file, start, entries, path);
  checkHash(file, metadata, path);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(entries)) {
    // Copied: the bytes may stand at an odd place of a pooled buffer.
    const bytes = Uint8Array.from(file.subarray(start + data_offsets[0], start + data_offsets[1])).buffer;
    const Elements = { F32: Float32Array, F16: Float16Array, I8: Int8Array }[dtype];
    if (!Elements) throw new UserError('model.foreign', { path });
    tensors.set(name, { shape, data: new Elements(bytes) });
  }
  return { tensors, metadata };
}

/** @throws UserError `model.corrupt`, `model.truncated` */
function checkLength(file: Buffer, start: number, entries: Record<string, Entry>, path: string): void {
  // Not yet known to be whole: a damaged name may have left an entry without its offsets.
  const ends = Object.values(entries).map((entry) => entry?.data_offsets?.[1]);
  if (!ends.every(Number.isSafeInteger)) throw new UserError('model.corrupt', { path });
  const end = Math.max(0, ...ends);
  if (file.length < start + end) throw new UserError('model.truncated', { path });
}

/** @throws UserError `model.corrupt` */
function checkHash(file: Buffer, metadata: Metadata, path: string): void {
  const place = file.indexOf(metadata.sha256!, 8);
  const hash = createHash('sha256').update(file.subarray(0, place)).update(UNSIGNED);
  if (hash.update(file.subarray(place + 64)).digest('hex') !== metadata.sha256) {
    throw new UserError('model.corrupt', { path });
  }
}

/** Where the tensors begin, and what the header says. */
function readHeader(file: Buffer, path: string) {
  if (file.length < 8) throw new UserError(file.length === 0 ? 'model.truncated' : 'model.foreign', { path });
  const length = Number(file.readBigUInt64LE());
  if (length > LONGEST_HEADER || file[8] !== 0x7b) throw new UserError('model.foreign', { path });
  const start = 8 + length;
  if (file.length < start) throw new UserError('model.truncated', { path });
  const { __metadata__: metadata, ...entries } = parseHeader(file.subarray(8, start), path);
  if (metadata?.format !== 'xuxie' || !/^[0-9a-f]{64}$/.test(metadata.sha256 ?? '')) {
    throw new UserError('model.foreign', { path });
  }
  return { start, metadata, entries };
}

type Header = { __metadata__?: Record<string, string> } & Record<string, Entry>;

function parseHeader(bytes: Buffer, path: string): Header {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Header;
  } catch (cause) {
    throw new UserError('model.corrupt', { path }, { cause });
  }
}
