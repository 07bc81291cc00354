import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createTranslator } from '#i18n';
import { type Checkpoint, presets } from '#lstm';
import { type RunSettings, readMetrics, runFolder, TrainingReporter } from '#training';

const settings: RunSettings = {
  preset: 'tiny',
  recipe: presets.tiny.recipe,
  seed: 1,
  totalSteps: 100,
  evaluateEvery: 50,
  patience: 8,
  corpus: '',
  vocabulary: '',
};

/** A run of `steps` steps from `from` on, a second each, and what it says; each process has a clock of its own. */
async function run(
  folder: string,
  from: number,
  steps: number,
  { tokens = 25_600, terminal = {} } = {},
): Promise<string> {
  let said = '';
  let clock = 500_000 - from;
  const reporter = new TrainingReporter({
    title: '石猴记',
    files: runFolder(folder),
    stream: { write: (text) => (said += text), ...terminal },
    t: createTranslator('en'),
    sample: async () => '石猴跳出山来。',
    set: (sample, columns) => `${columns} columns: ${sample}`,
    now: () => clock,
  });
  reporter.begun({ settings, step: from, tokens });
  for (let step = from + 1; step <= from + steps; step++) {
    clock += 1000;
    reporter.stepped(step, 5 * Math.LN2, 1);
    if (step % settings.evaluateEvery === 0)
      await reporter.evaluated(step, { bitsPerCharacter: 6.5 }, true, {} as Checkpoint);
  }
  await reporter.finish();
  return said;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'xuxie-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('measures, samples and draws', async () => {
  const folder = newFolder();
  const said = await run(folder, 0, 100);
  expect(said).toContain('25,600 tokens to learn from; 100 steps, that is 1 times');
  // A second a step: at step 16 there are 84 to go, and a step reads 256 characters.
  expect(said).toMatch(/ 16% {2}1:24 left .*loss 5\.00 bits\/char {2}256 chars\/s/);
  expect(said).toMatch(/step 50 of 100: 6\.500 bits.*the best so far\n石猴跳出山来。/);
  const metrics = readMetrics(runFolder(folder).metrics);
  const { batch, window } = presets.tiny.recipe;
  expect(metrics[0]).toEqual({
    step: 20,
    characters: 20 * batch * window,
    seconds: 20,
    trainBits: expect.closeTo(5, 9),
    gradientNorm: 1,
  });
  expect(metrics.filter(({ heldOutBits }) => heldOutBits === 6.5).map(({ step }) => step)).toEqual([50, 100]);
  expect(readFileSync(runFolder(folder).plotSvg, 'utf8')).toContain('石猴记');
});

it('of a resumed run counts the seconds on', async () => {
  const folder = newFolder();
  await run(folder, 0, 40);
  expect(await run(folder, 40, 60)).toContain('Going on after step 40 of 100');
  const seconds = readMetrics(runFolder(folder).metrics).map((metric) => metric.seconds);
  expect(seconds).toEqual([20, 40, 50, 60, 80, 100, 100]);
});

it('sets samples for the width of a terminal', async () => {
  const said = await run(newFolder(), 0, 50, { terminal: { isTTY: true, columns: 60 } });
  expect(said).toContain('60 columns: 石猴跳出山来。');
});

it('tells how little of the novel a short run reads', async () => {
  const tokens = presets.tiny.recipe.batch * presets.tiny.recipe.window * 100 * 40;
  expect(await run(newFolder(), 0, 1, { tokens })).toContain('that is 0.025 times through the novel');
});

it('says at once that it heard the wish to stop', () => {
  let said = '';
  const reporter = new TrainingReporter({
    title: '石猴记',
    files: runFolder(newFolder()),
    stream: { write: (text) => (said += text) },
    t: createTranslator('en'),
    sample: async () => '',
    now: () => 0,
  });
  reporter.stopping();
  expect(said).toMatch(/^Stopping and saving/);
});

it('tells when its pictures cannot be written', async () => {
  const folder = newFolder();
  mkdirSync(runFolder(folder).plotSvg);
  await expect(run(folder, 0, 20)).rejects.toMatchObject({ code: 'model.cannot-write' });
});
