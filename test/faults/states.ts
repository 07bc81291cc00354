import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { encodePlace, foldScript, startPlace, stateKind } from '#generation';
import { openRegistry } from '#registry';
import { openStorage, readKey } from '#storage';
import type { Passage } from '#stories';
import { type OpenedModel, openModel } from '../../src/open-model.ts';
import { allOf, type Kept } from './kept.ts';
import type { FaultPlace } from './place.ts';

export type StatesFound = { checked: number; orphans: number; readonly problems: string[] };

/** Compares kept states with such as a fresh session has behind the same text. */
export class StatesCheck implements AsyncDisposable {
  readonly #models: ReadonlyMap<string, OpenedModel>;
  /** What was found equal before. */
  readonly #equal = new Set<string>();

  private constructor(models: ReadonlyMap<string, OpenedModel>) {
    this.#models = models;
  }

  static async open({ config, versions }: FaultPlace): Promise<StatesCheck> {
    const registry = openRegistry({ folder: config.versions, starter: config.model });
    const models = new Map<string, OpenedModel>();
    for (const id of versions)
      models.set(id, await openModel(registry.find('starter', id).path, { slots: 1, threads: 1 }));
    return new StatesCheck(models);
  }

  /**
   * All states that a data folder keeps. Those behind a passage that was never saved are orphans, and harmless; those behind
   * one that is being erased may go with it or not, also where the reading began later: with the receipts goes what says whose
   * words they are, and so in which script they are read.
   */
  async check(
    data: string,
    { passages }: Kept,
    { erasing, keyFile }: { readonly erasing: ReadonlySet<string>; readonly keyFile?: string | undefined },
  ): Promise<StatesFound> {
    const found: StatesFound = { checked: 0, orphans: 0, problems: [] };
    const key = keyFile === undefined ? undefined : await readKey(keyFile);
    for (const version of this.#models.keys()) {
      const file = path.join(data, 'states', `${version}.db`);
      if (!existsSync(file)) continue;
      const onDamage = (damage: unknown) => found.problems.push(`states damaged: ${JSON.stringify(damage)}`);
      await using storage = await openStorage({ file, durability: 'cache', key, onDamage });
      for (const [name, bytes] of await allOf(storage, stateKind)) {
        const at = name.lastIndexOf('/');
        const origin = name.slice(0, at);
        const way = wayTo(passages.get(name.slice(at + 1)), origin, passages);
        if (way === undefined) found.orphans++;
        else if (isBehind(way.at(-1), erasing, passages)) continue;
        else if (await this.#isEqual(version, await this.#textOf(version, origin, way), bytes))
          found.checked++;
        else found.problems.push(`the state ${name} of ${version} is not the rebuilt one`);
      }
    }
    return found;
  }

  /** What was read from an origin on, as the model reads it. */
  async #textOf(version: string, origin: string, way: readonly Passage[]): Promise<string> {
    const { vocabulary, about } = this.#models.get(version)!.model;
    const texts: string[] = [];
    for (const { text, receipt } of way)
      texts.push(receipt || text === '' ? text : (await foldScript(text, vocabulary, about.script)).text);
    const skipped = origin === 'start' ? 0 : Number(origin.slice(origin.lastIndexOf('+') + 1));
    return [...(texts[0] ?? '')].slice(skipped).join('') + texts.slice(1).join('');
  }

  async #isEqual(version: string, text: string, bytes: Uint8Array): Promise<boolean> {
    const hash = createHash('sha256').update(`${version}/${text}/`).update(bytes).digest('base64');
    if (this.#equal.has(hash)) return true;
    const { session, model } = this.#models.get(version)!;
    const { vocabulary } = model;
    const tokens = Int32Array.from([startPlace(vocabulary).pending, ...vocabulary.encode(text)]);
    session.write(0, null);
    await session.prefill([{ slot: 0, tokens: tokens.subarray(0, -1) }]);
    const rebuilt = encodePlace({ state: session.read(0), pending: tokens.at(-1)! });
    if (Buffer.compare(rebuilt, bytes) !== 0) return false;
    this.#equal.add(hash);
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const model of this.#models.values()) await model[Symbol.asyncDispose]();
  }
}

/** The passages from an origin through one of them, if both are there. */
function wayTo(
  last: Passage | undefined,
  origin: string,
  passages: Kept['passages'],
): readonly Passage[] | undefined {
  const first = origin === 'start' ? null : origin.slice(0, origin.lastIndexOf('+'));
  const way: Passage[] = [];
  for (let here = last; here; here = passages.get(here.parent ?? '')) {
    way.unshift(here);
    if (first === null ? here.parent === null : here.id === first) return way;
  }
  return undefined;
}

/** Whether a passage, or any before it, is one of these. */
function isBehind(
  last: Passage | undefined,
  these: ReadonlySet<string>,
  passages: Kept['passages'],
): boolean {
  for (let here = last; here; here = passages.get(here.parent ?? '')) if (these.has(here.id)) return true;
  return false;
}
