import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { onnxEngine } from '#engines/onnx';
import { loadModel, readVerbatim } from '#generation';
import { countParameters, readCheckpoint } from '#lstm';
import { readNovel } from '#text';
import { EVALUATION_SHAPE, evaluate, runFolder, splitCorpus, train } from '#training';
import { publishStarter } from '../../scripts/parts/publish-starter.ts';
import { novelText, tinyRun } from '../fixtures/tiny-run.ts';

it('publishes the best model of a run, in half precision, with what it scores as published', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xuxie-publish-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const half = novelText.length / 2;
  const novels = await Promise.all(
    ['上', '下'].map((title, i) => {
      const file = path.join(folder, `${title}.txt`);
      writeFileSync(file, novelText.slice(i * half, (i + 1) * half));
      return readNovel(file);
    }),
  );
  const run = path.join(folder, 'run');
  await train({ ...tinyRun(run), texts: novels });
  const files = runFolder(run);
  const best = readCheckpoint(run);
  rmSync(files.last);
  // What the training's observer leaves: half an hour, and a picture.
  const metric = { step: 40, characters: 10_240, seconds: 1800, heldOutBits: 6 };
  writeFileSync(files.metrics, `${JSON.stringify(metric)}\n`);
  writeFileSync(files.plotPng, 'a picture');

  const target = path.join(folder, 'starter');
  await publishStarter(run, target, novels);

  const model = loadModel(target);
  expect(Object.keys(model.weights)).toEqual(Object.keys(best.weights));
  const rounded = Float32Array.from(new Float16Array(best.weights.embedding!));
  expect(model.weights.embedding).toEqual(rounded);
  expect(readFileSync(path.join(target, 'loss.png'), 'utf8')).toBe('a picture');
  expect(readVerbatim(target)).toBeDefined();

  const card = readFileSync(path.join(target, 'CARD.md'), 'utf8');
  await using scoring = await onnxEngine.score(model, EVALUATION_SHAPE);
  for (const [title, texts] of [
    ['all', novels],
    ...novels.map((novel) => [novel.title, [novel]] as const),
  ] as const) {
    const { characters, bitsPerCharacter } = await evaluate(
      scoring,
      splitCorpus(texts).heldOut,
      model.vocabulary,
    );
    expect(card).toContain(
      `| ${title} | ${characters.toLocaleString('en')} | ${bitsPerCharacter.toFixed(3)} |`,
    );
  }
  expect(card).toContain(`${countParameters(best.config).toLocaleString('en')} parameters`);
  expect(card).toContain('0.5 hours');
  expect(card.match(/^\d+\. .+$/gm)).toHaveLength(10);
});
