import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '#config';
import { UserError } from '#errors';
import { GenerationThread, Generator, StateCache, type StatesPlace } from '#generation';
import { Random } from '#random';
import { type ModelRegistry, openRegistry } from '#registry';
import {
  type Damage,
  holdData,
  openStorage,
  placeOf,
  readKey,
  type Storage,
  type StorageOptions,
  takeRestore,
} from '#storage';
import { keepSwept, Stories } from '#stories';

/** Passages that are written side by side at most. */
const SLOTS = 64;
/** Of the runtime; more than two gain nothing at this size. */
const THREADS = 2;
/** Bytes of stories' records in memory, about: heads of thousands; the others cost ten microseconds. */
const HOT_BYTES = 8_388_608;
const WORKER = new URL('./generation-worker.ts', import.meta.url);

/** Stories and what writes them, open on a data folder that nobody else holds. */
export type Core = AsyncDisposable & {
  readonly storage: Storage;
  readonly registry: ModelRegistry;
  readonly generator: Generator;
  readonly stories: Stories;
};

/** The settings that matter here; without `versions`, `model` alone writes. */
export type CoreConfig = Pick<Config, 'data' | 'store' | 'keyFile' | 'model'> & {
  readonly versions?: string | undefined;
};

export type CoreOptions = {
  readonly random?: Random | undefined;
  /** Is told of everything that was found damaged, and of what may lose text. */
  readonly onRemark?: ((remark: Damage | UserError) => void) | undefined;
};

/**
 * Opens everything between a platform and the disk. Disposing closes it, last first: passages under way end and are
 * saved.
 * @throws UserError `storage.*` of opening; what opening a model throws comes when it is first asked for
 */
export async function openCore(
  config: CoreConfig,
  { random = Random.seeded(...randomBytes(16)), onRemark }: CoreOptions = {},
): Promise<Core> {
  const resources = new AsyncDisposableStack();
  try {
    resources.use(holdData(config.data));
    // A backup that was restored while another process held the folder.
    const restored = await takeRestore(config.data);
    if (restored) onRemark?.(new UserError('storage.restored', { previous: restored.previous ?? 'none' }));
    const address = placeOf(config);
    let damaged = false;
    const onDamage = (damage: Damage) => {
      damaged = true;
      onRemark?.(damage);
    };
    const place = { ...address, onDamage, onWarning: onRemark };
    const key = config.keyFile === undefined ? undefined : await readKey(config.keyFile, place);
    const storage = resources.use(await openStorage({ ...place, key }));
    const registry = openRegistry({
      folder: config.versions ?? path.join(config.data, 'no-versions'),
      starter: config.model,
      ...(onRemark && { onDamage: onRemark }),
    });
    if (config.versions !== undefined) sweepStates(path.join(config.data, 'states'), versionIds(registry));
    const states = (version: string): StatesPlace =>
      'redis' in address
        ? { redis: address.redis, namespace: `states-${version}`, key }
        : { file: path.join(config.data, 'states', `${version}.db`), key };
    const onFailure = (error: unknown) => {
      if (error instanceof UserError) onRemark?.(error);
    };
    const generator = resources.use(
      new Generator({
        versions: registry,
        start: ({ version, path: model }) =>
          GenerationThread.start(WORKER, { model, slots: SLOTS, threads: THREADS, states: states(version) }),
        forgetElsewhere: async (open, passages) => {
          for (const id of versionIds(registry)) {
            const place = states(id);
            if (open.includes(id) || ('file' in place && !existsSync(place.file))) continue;
            await forgetIn({ ...place, durability: 'cache' }, passages);
          }
        },
        onFailure,
      }),
    );
    const kept = { storage, hotBytes: HOT_BYTES };
    const options = { ...kept, models: generator, now: Date.now, newId, random, onFailure };
    const stories = await Stories.open(options, { mend: damaged });
    resources.use(keepSwept(stories));
    resources.defer(async () => {
      generator.stop();
      await stories.idle();
    });
    return { storage, registry, generator, stories, [Symbol.asyncDispose]: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** 128 random bits, in letters and digits. */
const newId = (): string => BigInt(`0x${randomBytes(16).toString('hex')}`).toString(36);

/** Drops the states behind these passages in a store that nobody has open. */
async function forgetIn(options: StorageOptions, passages: readonly string[]): Promise<void> {
  await using storage = await openStorage(options);
  await new StateCache({ hidden: 0, hotBytes: 1, storage }).forget(passages);
}

const versionIds = (registry: ModelRegistry): string[] => [
  ...new Set(registry.lines().flatMap((line) => registry.versions(line).map(({ id }) => id))),
];

/** Deletes the states of versions that are there no more: a cache. */
function sweepStates(folder: string, versions: readonly string[]): void {
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    if (!versions.includes(file.split('.')[0]!)) rmSync(path.join(folder, file), { force: true });
  }
}
