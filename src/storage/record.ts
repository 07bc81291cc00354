import {
  type CipherGCM,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { crc32 } from 'node:zlib';

/*
 * A record on disk:
 *   byte 0      format of this envelope (1)
 *   byte 1      flags: 1 = the body is binary, otherwise JSON; 2 = it is encrypted
 *   bytes 2–3   version of the kind, big-endian
 *   plain       4 bytes CRC-32 of header, key and body; body
 *   encrypted   12 bytes nonce; AES-256-GCM of the body, header and key being authenticated with it; 16 bytes tag
 * The key takes part in both, so that a record found under another key does not pass for that one's.
 */
const FORMAT = 1;
const BINARY = 1;
const ENCRYPTED = 2;
const HEADER = 4;
const CHECKSUM = 4;
const NONCE = 12;
const TAG = 16;

/** What a record holds: bytes as they are, anything else by way of JSON. */
export type Opened = { readonly version: number; readonly value: unknown };

/** The bytes are not what was written. */
export class DamagedRecord extends Error {}

/** Makes a key of 32 bytes, in a shape that no log or inspection shows. */
export const secretKey = (bytes: Uint8Array): KeyObject => createSecretKey(bytes);

/** Whether a record says of itself that it is encrypted. */
export const isEncrypted = (record: Uint8Array): boolean => ((record[1] ?? 0) & ENCRYPTED) !== 0;

/** The bytes to keep of a value under a key. */
export function sealRecord(key: string, { version, value }: Opened, secret?: KeyObject): Uint8Array {
  const binary = value instanceof Uint8Array;
  const body = binary ? value : Buffer.from(JSON.stringify(value));
  const header = Buffer.from([
    FORMAT,
    (binary ? BINARY : 0) | (secret ? ENCRYPTED : 0),
    version >> 8,
    version & 255,
  ]);
  if (!secret) return Buffer.concat([header, checksum(header, key, body), body]);
  const nonce = randomBytes(NONCE);
  const cipher: CipherGCM = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(bound(header, key));
  return Buffer.concat([header, nonce, cipher.update(body), cipher.final(), cipher.getAuthTag()]);
}

/**
 * The value of what `sealRecord` gave.
 * @throws DamagedRecord
 */
export function openRecord(key: string, record: Uint8Array, secret?: KeyObject): Opened {
  const header = record.subarray(0, HEADER);
  if (header.length < HEADER || header[0] !== FORMAT) throw new DamagedRecord('not an envelope');
  const body = isEncrypted(record) ? decrypt(key, header, record, secret) : verified(key, header, record);
  const version = (header[2]! << 8) | header[3]!;
  // A copy of its own: what the driver handed out may be a view of something larger, at any offset.
  if (header[1]! & BINARY) return { version, value: new Uint8Array(body) };
  return { version, value: JSON.parse(Buffer.from(body).toString()) };
}

function verified(key: string, header: Uint8Array, record: Uint8Array): Uint8Array {
  const body = record.subarray(HEADER + CHECKSUM);
  const kept = record.subarray(HEADER, HEADER + CHECKSUM);
  if (!checksum(header, key, body).equals(kept)) throw new DamagedRecord('checksum');
  return body;
}

function decrypt(key: string, header: Uint8Array, record: Uint8Array, secret?: KeyObject): Uint8Array {
  if (!secret) throw new DamagedRecord('encrypted, and there is no key');
  if (record.length < HEADER + NONCE + TAG) throw new DamagedRecord('too short');
  const decipher = createDecipheriv('aes-256-gcm', secret, record.subarray(HEADER, HEADER + NONCE));
  decipher.setAAD(bound(header, key));
  decipher.setAuthTag(record.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(record.subarray(HEADER + NONCE, -TAG)), decipher.final()]);
  } catch (error) {
    throw new DamagedRecord('does not decrypt', { cause: error });
  }
}

const bound = (header: Uint8Array, key: string): Buffer => Buffer.concat([header, Buffer.from(key)]);

function checksum(header: Uint8Array, key: string, body: Uint8Array): Buffer {
  const sum = Buffer.alloc(CHECKSUM);
  sum.writeUInt32BE(crc32(body, crc32(bound(header, key))));
  return sum;
}
