import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { prepareServing, readServing, servingFileOf, writeCheckpoint, writeServing } from '#lstm';
import { madeModel } from '../fakes/made-model.ts';

const made = madeModel('孙悟空听了，大笑道：“去也！”');
const serving = { ...prepareServing(made), projectionRange: 2.5 };
let file: string;

beforeEach(() => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-serving-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  file = path.join(folder, 'model.safetensors');
  writeCheckpoint(file, made);
  writeServing(file, made, serving);
});

function damage(of: string): void {
  const bytes = readFileSync(of);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(of, bytes);
}

it('gives back what was written, to the last bit, by the path of the file or of its folder', () => {
  expect(readServing(file)).toEqual({ serving, vocabulary: made.vocabulary, about: made.about });
  expect(readServing(path.dirname(file))).toEqual(readServing(file));
});

it('is not used once the model beside it is another, nor if it is missing or damaged', () => {
  writeCheckpoint(file, madeModel('孙悟空听了，大笑道：“去也！”', 2));
  expect(readServing(file)).toBeUndefined();
  writeServing(file, made, serving);
  expect(readServing(file)).toBeDefined();
  damage(servingFileOf(file));
  expect(readServing(file)).toBeUndefined();
  truncateSync(servingFileOf(file), 100);
  expect(readServing(file)).toBeUndefined();
  rmSync(servingFileOf(file));
  expect(readServing(file)).toBeUndefined();
});

it('does not hide that the model itself is damaged, cut off or missing', () => {
  damage(file);
  expect(() => readServing(file)).toThrow(expect.objectContaining({ code: 'model.corrupt' }));
  truncateSync(file, readFileSync(file).length - 40);
  expect(() => readServing(file)).toThrow(expect.objectContaining({ code: 'model.truncated' }));
  rmSync(file);
  expect(() => readServing(file)).toThrow(expect.objectContaining({ code: 'model.missing' }));
});
