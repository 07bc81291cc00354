import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { constants, copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '#errors';
import { checkpointFile, MODEL_FILE, readServing, refusedWriting, servingFileOf } from '#lstm';
import { VerbatimFilter } from '#text';
import { describeModel } from './describe-model.ts';
import { ATTEMPTS, discard, flush, removeIfPossible, temporaryIn } from './durable.ts';
import { formatManifest, MANIFEST_FILE, type Manifest, newManifest } from './manifest.ts';
import type { VersionDetails } from './registry.ts';
import { hashOf } from './version-folder.ts';

/** The filter against copying a novel, as `writeVerbatim` of generation names it. */
const VERBATIM_FILE = 'verbatim.bin';

/** What is to become a version. */
export type NewVersion = {
  /** The folder of the line. */
  readonly folder: string;
  readonly line: string;
  /** Folder or file of the model. */
  readonly from: string;
  readonly details: VersionDetails;
  readonly now: number;
  /** Whether a version stands there already and is whole. */
  known(id: string): boolean;
};

/**
 * Copies a model into the folder of a line: aside, flushed to the disk, then with one rename to its place. Gives the
 * version's id. What stands in the place already is left if it is whole, else replaced.
 * @throws UserError as `ModelRegistry.add`
 */
export async function writeVersion(version: NewVersion): Promise<string> {
  const { folder } = version;
  for (let attempt = 1; ; attempt++) {
    const copy = temporaryIn(folder);
    try {
      mkdirSync(copy);
      return await fill(copy, version);
    } catch (error) {
      // Another process that has just started took it for a rest.
      if (!existsSync(copy) && attempt < ATTEMPTS) continue;
      throw error instanceof UserError || !isFileError(error) ? error : refusedWriting(folder, error);
    } finally {
      removeIfPossible(copy);
    }
  }
}

async function fill(copy: string, { folder, line, from, details, now, known }: NewVersion): Promise<string> {
  await copyModel(from, copy);
  const { prepare, title, base = null, data = [], settings = {}, scores, verdict, reason } = details;
  await prepare?.(copy);
  const model = describeModel(copy);
  const { id } = model;
  const manifest = newManifest({
    id,
    line,
    title: title ?? model.title,
    base,
    vocabulary: model.vocabulary,
    createdAt: now,
    files: describeFiles(copy),
    data: [...data],
    settings,
    scores: scores ?? model.scores,
    verdict,
    ...(reason !== undefined && { reason }),
  });
  writeFileSync(join(copy, MANIFEST_FILE), formatManifest(manifest), { flush: true });
  flush(copy);
  moveIn(copy, join(folder, id), () => known(id));
  flush(folder);
  return id;
}

/** The model, and beside it what belongs to it; serving weights of another model or program are left behind. */
async function copyModel(from: string, copy: string): Promise<void> {
  const source = checkpointFile(from);
  const model = join(copy, MODEL_FILE);
  await clone(source, model);
  if (existsSync(servingFileOf(source))) {
    await clone(servingFileOf(source), servingFileOf(model));
    if (readServing(model) === undefined) removeIfPossible(servingFileOf(model));
  }
  const verbatim = join(dirname(source), VERBATIM_FILE);
  if (!existsSync(verbatim)) return;
  await clone(verbatim, join(copy, VERBATIM_FILE));
  VerbatimFilter.parse(readFileSync(join(copy, VERBATIM_FILE)));
}

/** A copy that shares the blocks of the original where the file system can. */
const clone = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_FICLONE);

function describeFiles(copy: string): Manifest['files'] {
  const model = join(copy, MODEL_FILE);
  const files = [model, servingFileOf(model), join(copy, VERBATIM_FILE)].filter((file) => existsSync(file));
  return Object.fromEntries(
    files.map((file) => {
      flush(file);
      const bytes = readFileSync(file);
      return [basename(file), { bytes: bytes.length, sha256: hashOf(bytes) }];
    }),
  );
}

function moveIn(copy: string, place: string, known: () => boolean): void {
  try {
    renameSync(copy, place);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code!)) throw error;
    // Someone else was faster, or what stands there is damaged.
    if (known()) return;
    discard(place);
    renameSync(copy, place);
  }
}

const isFileError = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.syscall !== undefined;
