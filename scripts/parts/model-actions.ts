import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '#config';
import { UserError } from '#errors';
import { readVerbatim } from '#generation';
import type { Translator } from '#i18n';
import { describeCheckpoint, readServing } from '#lstm';
import type { ModelRegistry } from '#registry';
import { lineName, listNovels } from '#text';
import { openModel } from '../../src/open-model.ts';
import { keepFromCopying, prepareModel } from '../../src/prepare-model.ts';

export type ModelSurroundings = {
  readonly registry: ModelRegistry;
  readonly config: Config;
  readonly t: Translator;
  say(text: string): void;
};

/** Characters of a line's name at most. */
const LONGEST_NAME = 32;

/**
 * Adds a model as a version, with all it needs to write beside it, and makes it current where it is the line's first.
 * @throws UserError as `ModelRegistry.add`, what opening the model throws
 */
export async function addModel(
  { registry, config, t, say }: ModelSurroundings,
  from: string,
  typed: string | undefined,
): Promise<void> {
  const line = typed ?? shortened(lineName(describeCheckpoint(from).about.title));
  const first = !registry.lines().includes(line);
  let filtered = true;
  const prepare = async (folder: string) => {
    if (readServing(folder) === undefined) {
      say(t('registry.preparing'));
      await prepareModel(folder);
    }
    if (readVerbatim(folder) === undefined) {
      const novel = await keptNovel(config.data, line);
      if (novel !== undefined) keepFromCopying(folder, [{ text: novel }]);
      filtered = novel !== undefined;
    }
    say(t('registry.opening'));
    await tryOut(folder);
  };
  const version = await registry.add(line, from, { verdict: 'accepted', prepare });
  say(t('registry.added', { line: version.line, version: version.id, title: version.title }));
  if (!filtered) say(t('registry.unfiltered', { line: version.line }));
  if (first) registry.promote(line, version.id);
  const current = registry.current(line);
  if (current.id === version.id) say(t('registry.used', { ...named(current) }));
  else say(t('registry.added-aside', { line: version.line, version: version.id, current: current.id }));
}

/**
 * Makes a version current, or without an id the one that was before, if it can be opened.
 * @throws UserError as `ModelRegistry.promote` and `rollback`, what opening the model throws
 */
export async function useModel(
  { registry, t, say }: ModelSurroundings,
  line: string,
  id: string | undefined,
): Promise<void> {
  const chosen = id ?? registry.previous(line);
  if (chosen !== null) {
    const { path: folder, verdict } = registry.find(line, chosen);
    if (verdict !== 'refused') {
      say(t('registry.opening'));
      await tryOut(folder);
    }
  }
  const version = id === undefined ? registry.rollback(line) : registry.promote(line, id);
  say(t('registry.used', { ...named(version) }));
}

/**
 * The line of the version that is named by its id or the beginning of it.
 * @throws UserError `registry.no-such-version`, `registry.several-lines`, `registry.ambiguous-version`
 */
export function lineOf(registry: ModelRegistry, id: string): string {
  const lines = registry.lines().filter((line) => {
    try {
      return Boolean(registry.find(line, id));
    } catch (error) {
      if (!(error instanceof UserError) || error.code === 'registry.ambiguous-version') throw error;
      return error.code !== 'registry.no-version';
    }
  });
  if (lines.length === 0) throw new UserError('registry.no-such-version', { version: id });
  if (lines.length > 1) {
    throw new UserError('registry.several-lines', { version: id, lines: lines.join(', ') });
  }
  return lines[0]!;
}

const named = ({ line, id, title }: { line: string; id: string; title: string }) => ({
  line,
  version: id,
  title,
});

const shortened = (name: string): string => [...name].slice(0, LONGEST_NAME).join('');

/** Opens a model as writing would, and closes it. */
async function tryOut(folder: string): Promise<void> {
  await using _opened = await openModel(folder, { slots: 1, threads: 1 });
}

/** The text of the novel that is kept under the name of a line. */
async function keptNovel(data: string, line: string): Promise<string | undefined> {
  const folder = path.join(data, 'novels');
  const kept = (await listNovels(folder)).find((novel) => novel.line === line);
  return kept && (await readFile(path.join(folder, `${line}.txt`), 'utf8'));
}
