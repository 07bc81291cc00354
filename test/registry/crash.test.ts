import { type MakeDirectoryOptions, type RmOptions, truncateSync, type WriteFileOptions } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '#errors';
import type { ModelRegistry } from '#registry';
import { copyOf, leftovers, madeFolder, madeRegistry } from './made-registry.ts';

/** The power supply: after so many more steps of the file system there is none. */
const power = vi.hoisted(() => ({
  left: Number.POSITIVE_INFINITY,
  /** Files written, and folders in which a name was given, that are not flushed yet. */
  unflushed: new Set<string>(),
  opened: new Map<number, string>(),
  /** What took its name before it was on the disk. */
  early: [] as string[],
}));

class PowerCut extends Error {}

/** Lets a step be done, half done, or fail since the process is dead. */
function step(done: () => void, half: () => void = () => {}): void {
  power.left--;
  if (power.left > 0) done();
  else {
    if (power.left === 0) half();
    throw new PowerCut();
  }
}

vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const mocked = {
    ...real,
    mkdirSync(path: string, options?: MakeDirectoryOptions) {
      let made: string | undefined;
      step(() => {
        made = real.mkdirSync(path, options) as string | undefined;
      });
      return made;
    },
    writeFileSync(path: string, content: string, options: WriteFileOptions & { flush?: boolean }) {
      step(
        () => real.writeFileSync(path, content, options),
        () => real.writeFileSync(path, content.slice(0, content.length / 2), options),
      );
      if (!options?.flush) power.unflushed.add(path);
    },
    openSync(path: string, flags: string) {
      const file = real.openSync(path, flags);
      power.opened.set(file, path);
      return file;
    },
    fsyncSync(file: number) {
      step(() => real.fsyncSync(file));
      power.unflushed.delete(power.opened.get(file)!);
    },
    renameSync(from: string, to: string) {
      for (const path of power.unflushed)
        if (!to.includes('.tmp-') && `${path}${sep}`.startsWith(`${from}${sep}`)) power.early.push(to);
      step(() => real.renameSync(from, to));
      power.unflushed.add(dirname(to));
    },
    rmSync(path: string, options: RmOptions) {
      if (!real.existsSync(path)) return;
      step(
        () => real.rmSync(path, options),
        () => {
          const first = real.statSync(path).isDirectory() ? real.readdirSync(path)[0] : undefined;
          if (first !== undefined) real.rmSync(join(path, first), { recursive: true });
        },
      );
      for (const name of power.unflushed) if (name.startsWith(path)) power.unflushed.delete(name);
    },
  };
  return { ...mocked, default: mocked };
});

vi.mock('node:fs/promises', async (original) => {
  const fs = await vi.importActual<typeof import('node:fs')>('node:fs');
  return {
    ...(await original<typeof import('node:fs/promises')>()),
    async copyFile(from: string, to: string, mode: number) {
      step(
        () => fs.copyFileSync(from, to, mode),
        () => fs.writeFileSync(to, fs.readFileSync(from).subarray(0, 1000)),
      );
      power.unflushed.add(to);
    },
  };
});

afterEach(() => {
  power.left = Number.POSITIVE_INFINITY;
});

const accepted = { verdict: 'accepted' } as const;

type Scene = {
  /** Of the three versions that the line has: by the last of them it writes. */
  readonly ids: readonly string[];
  readonly registry: ModelRegistry;
  /** A model that the line does not have, and that of its first version. */
  readonly fresh: string;
  readonly first: string;
};

/** What is done when the power fails; which version may then be current, and how many whole ones there may be. */
const scenes: Readonly<
  Record<
    string,
    { act(scene: Scene): unknown; current: readonly number[]; versions: readonly number[]; damaged?: true }
  >
> = {
  'a version is added': {
    act: ({ registry, fresh }) => registry.add('novel', fresh, accepted),
    current: [2],
    versions: [3, 4],
  },
  'a version is promoted': {
    act: ({ registry, ids }) => registry.promote('novel', ids[0]!),
    current: [2, 0],
    versions: [3],
  },
  'a line is rolled back': {
    act: ({ registry }) => registry.rollback('novel'),
    current: [2, 1],
    versions: [3],
  },
  'a version is removed': {
    act: ({ registry, ids }) => registry.remove('novel', ids[0]!),
    current: [2],
    versions: [3, 2],
  },
  'a damaged version is mended': {
    act: ({ registry, first }) => registry.add('novel', first, accepted),
    current: [2],
    versions: [2, 3],
    damaged: true,
  },
};

describe.each(Object.entries(scenes))('when the power fails while %s', (_name, scene) => {
  it('at any step, the old or the new state is there and whole', async () => {
    const before = madeRegistry();
    const [first, fresh] = [madeFolder(2), madeFolder(7)];
    const ids: string[] = [];
    for (const from of [first, madeFolder(3), madeFolder(4)]) {
      ids.push((await before.registry.add('novel', from, accepted)).id);
      before.registry.promote('novel', ids.at(-1)!);
    }
    if (scene.damaged) truncateSync(join(before.folder, 'novel', ids[0]!, 'manifest.json'), 9);

    const ends = new Set<string>();
    for (let steps = 1, ended = false; !ended; steps++) {
      const { registry, folder } = madeRegistry(copyOf(before.folder), before.starter);
      power.left = steps;
      power.unflushed.clear();
      try {
        await scene.act({ registry, ids, fresh, first });
      } catch {}
      ended = power.left > 0;
      power.left = Number.POSITIVE_INFINITY;
      expect(power.early).toEqual([]);
      if (ended) expect([...power.unflushed]).toEqual([]);

      const after = madeRegistry(folder, before.starter);
      const current = after.registry.current('novel').id;
      const whole = after.registry.versions('novel').length;
      expect(scene.current.map((nth) => ids[nth])).toContain(current);
      expect(scene.versions).toContain(whole);
      if (!scene.damaged) expect(after.told).toEqual([]);
      expect(leftovers(folder)).toEqual([]);
      ends.add(`${current} ${whole}`);

      // Once more, to its end.
      try {
        await scene.act({ registry: after.registry, ids, fresh, first });
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
      expect(after.registry.versions('novel')).toHaveLength(scene.versions.at(-1)!);
    }
    // The power did fail on either side of the step that counts.
    expect(ends.size).toBe(2);
  });
});
