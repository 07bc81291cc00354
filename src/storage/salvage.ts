import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readableRows } from './readable-rows.ts';
import { besides, connect } from './sqlite-file.ts';
import { syncFile, syncFolder } from './sync-file.ts';

/** What became of a damaged file. */
export type Salvaged = {
  readonly movedTo: string;
  readonly recovered: number;
  /** Keys that the index still names and whose records are gone; `undefined` where the index is damaged too. */
  readonly lost: readonly string[] | undefined;
};

/**
 * Puts a fresh file in the place of a damaged one, with every record that can still be read; the damaged one goes to
 * `quarantine/` beside it, as it was. Nobody else has it open. Cut off at any moment, it is finished or begun again the
 * next time: the fresh file takes its name only when it is whole and on disk.
 */
export function salvage(file: string, now: Date): Salvaged {
  const { growing, whole } = names(file);
  for (const rest of [growing, ...besides(growing)]) rmSync(rest, { force: true });
  const fresh = connect(growing, 'full');
  let copied: Copied;
  try {
    copied = copyRows(file, fresh);
    // As a single file, which can be renamed.
    fresh.exec('PRAGMA journal_mode = DELETE');
  } finally {
    fresh.close();
  }
  syncFile(growing);
  renameSync(growing, whole);
  return { movedTo: takePlace(file, now), ...copied };
}

/** Finishes what was cut off between the end of a salvage and the change of the names. */
export function finishSalvage(file: string, now: Date): void {
  if (existsSync(names(file).whole)) takePlace(file, now);
}

/** Moves a file out of the way, with what SQLite keeps beside it. @returns where it is now */
export function quarantine(file: string, now: Date): string {
  const folder = path.join(path.dirname(file), 'quarantine');
  mkdirSync(folder, { recursive: true });
  const time = now.toISOString().replaceAll(/[:.]/g, '-');
  const target = path.join(folder, `${path.basename(file, '.db')}-${time}.db`);
  const targets = [target, ...besides(target)];
  for (const [i, source] of [file, ...besides(file)].entries())
    if (existsSync(source)) renameSync(source, targets[i]!);
  syncFolder(folder);
  return target;
}

const names = (file: string) => ({ growing: `${file}.salvaging`, whole: `${file}.salvaged` });

function takePlace(file: string, now: Date): string {
  const target = quarantine(file, now);
  renameSync(names(file).whole, file);
  syncFolder(path.dirname(file));
  return target;
}

type Copied = { readonly recovered: number; readonly lost: readonly string[] | undefined };

function copyRows(file: string, fresh: DatabaseSync): Copied {
  return withCopy(file, (copy) => {
    const { rows, lost } = readableRows(copy);
    const insert = fresh.prepare('INSERT OR IGNORE INTO record (key, value) VALUES (?, ?)');
    let recovered = 0;
    fresh.exec('BEGIN IMMEDIATE');
    for (const { key, value } of rows) recovered += Number(insert.run(key, value).changes);
    fresh.exec('COMMIT');
    return { recovered, lost: lost() };
  });
}

/** Works on a copy of a file and of what lies beside it, so that what was found stays as it was. */
export function withCopy<T>(file: string, action: (copy: string) => T): T {
  const copy = `${file}.copy`;
  const parts = [copy, ...besides(copy)];
  try {
    for (const [i, source] of [file, ...besides(file)].entries())
      if (existsSync(source)) copyFileSync(source, parts[i]!);
    return action(copy);
  } finally {
    for (const part of parts) rmSync(part, { force: true });
  }
}
