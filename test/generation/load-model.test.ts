import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareForServing } from '#engines/onnx';
import { loadModel, loadServing, writeVerbatim } from '#generation';
import { writeCheckpoint, writeServing } from '#lstm';
import { VerbatimFilter } from '#text';
import { madeModel } from '../fakes/made-model.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'xuxie-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('takes a file, or a folder with a model in it', () => {
  const where = folder();
  const file = path.join(where, 'model.safetensors');
  const checkpoint = madeModel('孙悟空听了。');
  writeCheckpoint(file, checkpoint);
  for (const given of [where, file]) {
    const model = loadModel(given);
    expect(model.vocabulary.encode('悟')).toHaveLength(1);
    expect(model.config).toEqual(checkpoint.config);
    expect(model.weights.embedding).toEqual(checkpoint.weights.embedding);
    expect(model.about.title).toBe(checkpoint.about.title);
  }
});

it('brings the filter that stands beside a model, also to its serving weights, and none if there is none', async () => {
  const where = folder();
  const file = path.join(where, 'model.safetensors');
  const checkpoint = madeModel('孙悟空听了。');
  writeCheckpoint(file, checkpoint);
  writeServing(file, checkpoint, await prepareForServing(checkpoint, Int32Array.of(1, 2, 3)));
  expect([loadModel(where).verbatim, loadServing(where)?.verbatim]).toEqual([undefined, undefined]);
  const filter = VerbatimFilter.fromText(['孙悟空听了。'], 3);
  writeVerbatim(where, filter);
  for (const given of [where, file]) {
    expect(loadModel(given).verbatim?.bytes).toEqual(filter.bytes);
    expect(loadServing(given)?.verbatim?.bytes).toEqual(filter.bytes);
  }
  writeFileSync(path.join(where, 'verbatim.bin'), filter.bytes.subarray(1));
  expect(() => loadModel(file)).toThrow(expect.objectContaining({ code: 'text.verbatim-damaged' }));
});

it('says what is wrong with a path that is no model', () => {
  const where = folder();
  const empty = path.join(where, 'empty.safetensors');
  writeFileSync(empty, '');
  const code = (given: string) => {
    try {
      loadModel(given);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return 'nothing';
  };
  expect(code(where)).toBe('model.missing');
  expect(code(path.join(where, 'absent'))).toBe('model.missing');
  expect(code(empty)).toMatch(/^model\.(foreign|truncated)$/);
});

it('refuses a vocabulary that is not the size of the weights', () => {
  const file = path.join(folder(), 'model.safetensors');
  writeCheckpoint(file, { ...madeModel('孙悟空'), vocabulary: { format: 1, characters: '孙' } });
  expect(() => loadModel(file)).toThrow(expect.objectContaining({ code: 'model.vocabulary-mismatch' }));
});
