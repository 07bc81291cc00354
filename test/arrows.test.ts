import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrowRules } from '../scripts/check/arrow-rules.ts';
import { checkArrows, type Violation } from '../scripts/check/arrows.ts';

/** [rule, file, what it must not contain]: one planted violation each. */
const plants: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['known-folder', 'src/sundry/a.ts', `import '#errors';`],
  ['arrow-errors', 'src/errors/a.ts', `import '#i18n';`],
  ['arrow-random', 'src/random/a.ts', `import '#errors';`],
  ['arrow-text', 'src/text/a.ts', `import '#lstm';`],
  ['arrow-lstm', 'src/lstm/a.ts', `import type { A } from '#text';`],
  ['arrow-i18n', 'src/i18n/a.ts', `import '#text';`],
  ['arrow-storage', 'src/storage/a.ts', `import '#text';`],
  ['arrow-engines', 'src/engines/onnx/a.ts', `import '#text';`],
  ['arrow-registry', 'src/registry/a.ts', `import '#generation';`],
  ['arrow-generation', 'src/generation/a.ts', `import '#retraining';`],
  ['arrow-training', 'src/training/a.ts', `export * from '#generation';`],
  ['arrow-evaluation', 'src/evaluation/a.ts', `import type { A } from '#training';`],
  ['arrow-cli', 'src/cli/a.ts', `import '#generation';`],
  ['arrow-stories', 'src/stories/a.ts', `const later = () => import('#dispatch');`],
  ['arrow-community', 'src/community/a.ts', `import '#stories';`],
  ['arrow-retraining', 'src/retraining/a.ts', `import '#generation';`],
  ['arrow-dispatch', 'src/dispatch/a.ts', `import '#generation';`],
  ['arrow-outbox', 'src/outbox/a.ts', `import '#platforms/console';`],
  ['arrow-platforms', 'src/platforms/console/a.ts', `import '#training';`],
  ['arrow-books', 'src/books/a.ts', `import '#text';`],
  ['arrow-text', 'src/text/b.ts', `import { config } from '#config';`],
  ['types-only-generation', 'src/generation/b.ts', `import '#storage';`],
  ['types-only-training', 'src/training/b.ts', `import { t } from '#i18n';`],
  ['types-only-cli', 'src/cli/b.ts', `import { t } from '#text';`],
  ['types-only-stories', 'src/stories/b.ts', `import '#storage';`],
  ['types-only-community', 'src/community/b.ts', `import '#storage';`],
  ['types-only-dispatch', 'src/dispatch/b.ts', `import { t } from '#stories';`],
  ['types-only-outbox', 'src/outbox/b.ts', `import '#storage';`],
  ['types-only-platforms', 'src/platforms/console/c.ts', `import '#random';`],
  ['home-onnx', 'src/generation/c.ts', `import ort from 'onnxruntime-node';`],
  ['home-tfjs', 'scripts/tfjs.ts', `import '@tensorflow/tfjs-node';`],
  ['home-discord', 'src/dispatch/c.ts', `import type { Client } from 'discord.js';`],
  ['home-telegram', 'src/stories/c.ts', `import { run } from '@grammyjs/runner';`],
  ['home-web', 'src/app.ts', `import fastify from 'fastify';`],
  ['commands-know-dispatch-only', 'commands/a.ts', `import '#stories';`],
  ['commands-know-dispatch-only', 'commands/b.ts', `import { readFile } from 'node:fs';`],
  ['through-the-door', 'src/generation/d.ts', `import '../text/a.ts';`],
  ['through-the-door', 'scripts/door.ts', `import '../src/text/a.ts';`],
  ['siblings-apart', 'src/engines/onnx/b.ts', `import '#engines/reference';`],
  ['siblings-apart', 'src/platforms/console/b.ts', `import '#platforms/discord';`],
  ['roots-choose', 'src/generation/e.ts', `import '#engines/onnx';`],
  ['roots-choose', 'src/training/e.ts', `import type { A } from '#engines/reference';`],
  ['roots-stand-apart', 'src/generation/f.ts', `import '../app.ts';`],
  ['no-cycles', 'src/text/c.ts', `import './d.ts';`],
  ['environment-by-config', 'src/text/e.ts', `import { env } from 'node:process';`],
  ['environment-by-config', 'src/text/f.ts', `const home = process.env.HOME;`],
  ['environment-by-config', 'scripts/environment.ts', `const { HOME } = process\n  .env;`],
];

/** Imports that must stay allowed, so that a rule which forbids everything is seen too. */
const innocent: Readonly<Record<string, string>> = {
  'src/text/d.ts': `import './c.ts';`,
  'src/engines/onnx/ok.ts': `import '../engine.ts';\nimport '#lstm';\nimport 'onnxruntime-node';`,
  'src/generation/ok.ts': `import type { S } from '#storage';\nimport '#engines';\nawait using x = await import('#text');`,
  'src/training/ok.ts': `import type { T } from '#i18n';\nimport '#engines';\nimport '#text';`,
  'src/cli/ok.ts': `import type { T } from '#text';\nimport '#config';`,
  'src/platforms/console/ok.ts': `import '#generation';\nimport '#stories';\nimport '#dispatch';\nimport type { R } from '#random';`,
  'commands/ok.ts': `import '#dispatch';\nimport 'zod';`,
  'scripts/ok.ts': `import '#engines/onnx';\nimport '#training';`,
  'src/main.ts': `import './app.ts';\nimport '#engines/onnx';\nimport '#platforms/console';`,
  'src/config.ts': `export const home = process.env.HOME;`,
  'test/ok.test.ts': `import '../src/text/d.ts';\nimport 'discord.js';`,
};

const doors = [
  'errors random text lstm i18n storage registry generation training evaluation cli books stories community retraining dispatch outbox',
  'engines/onnx engines/reference platforms/console platforms/discord',
].flatMap((line) => line.split(' '));

let root: string;
let found: readonly Violation[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'xuxie-arrows-'));
  const imports: Record<string, string> = {
    '#config': './src/config.ts',
    '#engines': './src/engines/engine.ts',
  };
  const files: Record<string, string> = {
    ...innocent,
    'src/engines/engine.ts': `import type { W } from '#lstm';`,
  };
  for (const door of doors) {
    imports[`#${door}`] = `./src/${door}/index.ts`;
    files[`src/${door}/index.ts`] = 'export {};';
  }
  for (const [, file, source] of plants) files[file] = source;
  files['package.json'] = JSON.stringify({ name: 'planted', type: 'module', imports });
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), source);
  }
  found = (await checkArrows(root)).violations;
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

test.each(plants)('%s is found in %s', (rule, file) => {
  expect(found.filter(({ from }) => from === file).map((violation) => violation.rule)).toContain(rule);
});

test('every rule has a plant', () => {
  const planted = new Set(plants.map(([rule]) => rule));
  expect(arrowRules.map(({ name }) => name).filter((name) => !planted.has(name ?? ''))).toEqual([]);
});

test('what the house allows is not reported', () => {
  const allowed = found.filter(({ from, rule }) => from in innocent && rule !== 'no-cycles');
  expect(allowed).toEqual([]);
});

test('the project keeps its arrows, and its files were read', async () => {
  const { files, violations } = await checkArrows(process.cwd());
  expect(violations).toEqual([]);
  expect(files).toBeGreaterThan(50);
});
