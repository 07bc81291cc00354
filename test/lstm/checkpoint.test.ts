import { createHash } from 'node:crypto';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  countParameters,
  initialise,
  presets,
  readCheckpoint,
  writeCheckpoint,
} from '#lstm';

const config = { vocabulary: 300, embedding: 8, hidden: 12, tied: true };
const about = {
  title: '石头记',
  preset: 'tiny',
  script: 'simplified',
  openings: ['话说'],
  tokensRead: 5,
  heldOutBits: 6.5,
} as const;
const checkpoint: Checkpoint = {
  ...initialise(config, 1),
  vocabulary: { format: 1, characters: '石头' },
  about,
  training: {
    progress: { step: 3 },
    firstMoment: initialise(config, 2).weights,
    secondMoment: initialise(config, 3).weights,
    h: Float32Array.from({ length: 24 }, Math.sin),
    c: Float32Array.from({ length: 24 }, Math.cos),
  },
};

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xuxie-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('presets', () => {
  it('seed is the model of the note: 13,533,285 parameters at 4,709 tokens', () => {
    expect(countParameters({ ...presets.seed.model, vocabulary: 4709 })).toBe(13_533_285);
  });
});

describe('checkpoint', () => {
  it('comes back bit for bit, from the file and from its folder', () => {
    writeCheckpoint(path, checkpoint);
    expect(readCheckpoint(path)).toEqual(checkpoint);
    expect(readCheckpoint(folder)).toEqual(checkpoint);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('in half precision keeps weights to 11 bits and is half as large', () => {
    const { training: _, ...model } = checkpoint;
    writeCheckpoint(path, model);
    const full = readFileSync(path).length;
    writeCheckpoint(path, model, 'float16');
    expect(readFileSync(path).length).toBeLessThan(0.62 * full);
    const again = readCheckpoint(path);
    for (const [name, values] of Object.entries(model.weights)) {
      const read = again.weights[name as keyof typeof again.weights]!;
      values.forEach((v, i) => {
        expect(Math.abs(read[i]! - v)).toBeLessThanOrEqual(Math.abs(v) * 2 ** -11 + 2 ** -24);
      });
    }
  });

  it('tells a missing file', () => {
    expect(() => readCheckpoint(path)).toThrow(/model\.missing/);
    expect(() => readCheckpoint(folder)).toThrow(/model\.missing/);
  });

  it('tells a truncated file, wherever it ends', () => {
    writeCheckpoint(path, checkpoint);
    const { length } = readFileSync(path);
    for (const end of [length - 1, length >> 1, 100, 9, 0]) {
      writeCheckpoint(path, checkpoint);
      truncateSync(path, end);
      expect(() => readCheckpoint(path)).toThrow(/model\.truncated/);
    }
  });

  it('tells one changed bit, wherever it is', () => {
    writeCheckpoint(path, checkpoint);
    const good = readFileSync(path);
    // 47: so that some names in the header are hit, some lengths, some offsets and some weights.
    for (let at = 8; at < good.length; at += 47) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1;
      writeFileSync(path, bad);
      expect(() => readCheckpoint(path)).toThrow(/model\.(corrupt|foreign|truncated)/);
    }
  });

  it('tells an entry that has lost its offsets', () => {
    writeCheckpoint(path, checkpoint);
    const bad = Buffer.from(
      readFileSync(path, 'latin1').replace('"data_offsets"', '"dada_offsets"'),
      'latin1',
    );
    writeFileSync(path, bad);
    expect(() => readCheckpoint(path)).toThrow(/model\.corrupt/);
  });

  it('tells a file that cannot be read', () => {
    // Reading one's own memory from its beginning fails for everybody, root too.
    symlinkSync('/proc/self/mem', path);
    expect(() => readCheckpoint(path)).toThrow(/model\.unreadable.*EIO/);
  });

  it('tells a file of another program', () => {
    const header = Buffer.from('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  ');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    for (const content of [
      Buffer.concat([length, header, Buffer.alloc(4)]),
      Buffer.from('PK\u0003\u0004 some archive'),
      Buffer.from('novel'),
    ]) {
      writeFileSync(path, content);
      expect(() => readCheckpoint(path)).toThrow(/model\.foreign/);
    }
  });

  it('tells a file of a newer xuxie', () => {
    writeCheckpoint(path, checkpoint);
    const newer = Buffer.from(
      readFileSync(path, 'latin1').replace('"version":"1"', '"version":"2"'),
      'latin1',
    );
    const place = newer.indexOf('"sha256":"') + '"sha256":"'.length;
    newer.fill('0', place, place + 64);
    newer.write(createHash('sha256').update(newer).digest('hex'), place);
    writeFileSync(path, newer);
    expect(() => readCheckpoint(path)).toThrow(/model\.newer/);
  });

  it('on a full disk says so, keeps the old file and leaves nothing beside it', () => {
    writeCheckpoint(path, checkpoint);
    const before = readFileSync(path);
    symlinkSync('/dev/full', `${path}.new`);
    expect(() => writeCheckpoint(path, { ...checkpoint, about: { ...about, title: '另一部' } })).toThrow(
      /model\.disk-full/,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['model.safetensors']);
  });

  it('tells a folder that cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeCheckpoint(join(folder, 'file', 'x.safetensors'), checkpoint)).toThrow(
      /model\.cannot-write/,
    );
  });
});
