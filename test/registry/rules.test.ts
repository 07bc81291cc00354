import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '#errors';
import type { ModelHandle, ModelRegistry } from '#registry';
import { idOf, madeFolder, madeRegistry } from './made-registry.ts';

type Verdict = 'candidate' | 'accepted' | 'refused';

/** What a line of a registry has to do, in memory. */
class Rules {
  readonly versions = new Map<string, { readonly verdict: Verdict; readonly at: number }>();
  readonly held = new Map<string, number>();
  /** How often a version has become current. */
  moves = 0;
  readonly #builtIn: string | undefined;
  #pointer: { readonly version: string; readonly previous: string | null } | undefined;
  #time = 0;

  constructor(builtIn: string | undefined) {
    this.#builtIn = builtIn;
  }

  current(): string {
    this.#known();
    if (this.#pointer) return this.#pointer.version;
    if (this.#builtIn) return this.#builtIn;
    const accepted = [...this.versions].filter(([, { verdict }]) => verdict === 'accepted');
    const newest = accepted.sort(([, a], [, b]) => b.at - a.at)[0];
    if (!newest) throw new UserError('registry.nothing-current');
    return newest[0];
  }

  previous(): string | null {
    this.#known();
    return this.#pointer?.previous ?? null;
  }

  add(id: string, verdict: Verdict): string {
    const at = this.#time++;
    if (id !== this.#builtIn && !this.versions.has(id)) this.versions.set(id, { verdict, at });
    return id;
  }

  promote(id: string): string {
    this.#find(id);
    if (this.versions.get(id)?.verdict === 'refused') throw new UserError('registry.refused');
    let before: string | null = null;
    try {
      before = this.current();
    } catch {}
    if (this.#pointer?.version === id || (!this.#pointer && id === this.#builtIn)) return id;
    this.#pointer = { version: id, previous: before === id ? null : before };
    this.moves++;
    return id;
  }

  rollback(): string {
    this.#known();
    if (!this.#pointer?.previous) throw new UserError('registry.nothing-to-roll-back');
    return this.promote(this.#pointer.previous);
  }

  remove(id: string): string {
    this.#find(id);
    if (id === this.#builtIn) throw new UserError('registry.built-in');
    if (this.held.has(id)) throw new UserError('registry.in-use');
    let current: string | undefined;
    try {
      current = this.current();
    } catch {}
    if (current === id) throw new UserError('registry.is-current');
    if (this.#pointer?.previous === id) throw new UserError('registry.is-previous');
    this.versions.delete(id);
    return id;
  }

  acquire(id: string | undefined): string {
    const version = id ?? this.current();
    this.#find(version);
    this.held.set(version, (this.held.get(version) ?? 0) + 1);
    return version;
  }

  release(id: string): void {
    const rest = this.held.get(id)! - 1;
    if (rest > 0) this.held.set(id, rest);
    else this.held.delete(id);
  }

  all(): string[] {
    this.#known();
    return [...this.versions.keys(), ...(this.#builtIn ? [this.#builtIn] : [])].sort();
  }

  #find(id: string): void {
    this.#known();
    if (id !== this.#builtIn && !this.versions.has(id)) throw new UserError('registry.no-version');
  }

  #known(): void {
    if (!this.#builtIn && !this.#pointer && this.versions.size === 0) throw new UserError('registry.no-line');
  }
}

const models = [1, 2, 3, 4];
const which = fc.nat({ max: models.length - 1 });
const verdict = fc.constantFrom<Verdict>('candidate', 'accepted', 'accepted', 'refused');
const operation = fc.oneof(
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('add' as const), which, verdict }) },
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('promote' as const), which }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('rollback' as const) }) },
  { weight: 30, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant('acquire' as const), which: fc.option(which) }) },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant('release' as const), nth: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

/** What came out, or the code of what was thrown. */
async function outcome(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) return error.code;
    throw error;
  }
}

const look = (line: string, registry: ModelRegistry, rules: Rules, ids: readonly string[]) =>
  Promise.all([
    Promise.all([
      outcome(() => registry.current(line).id),
      outcome(() => registry.previous(line)),
      outcome(() =>
        registry
          .versions(line)
          .map(({ id }) => id)
          .sort(),
      ),
      ids.map((id) => registry.inUse(id)),
    ]),
    Promise.all([
      outcome(() => rules.current()),
      outcome(() => rules.previous()),
      outcome(() => rules.all()),
      ids.map((id) => rules.held.has(id)),
    ]),
  ]);

it.each(['starter', 'novel'])(
  'the line %s does what the rules say, whatever is done in any order',
  async (line) => {
    const folders = models.map((seed) => madeFolder(seed));
    const ids = folders.map(idOf);
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { minLength: 10, maxLength: 40, size: 'max' }),
        async (operations) => {
          const made = madeRegistry(undefined, folders[0]!);
          let { registry } = made;
          const rules = new Rules(line === 'starter' ? ids[0] : undefined);
          const heard: string[] = [];
          const listen = (to: ModelRegistry) => void to.onPromoted(({ id }) => heard.push(id));
          listen(registry);
          const handles: ModelHandle[] = [];
          for (const step of operations) {
            const id = 'which' in step && step.which !== null ? ids[step.which]! : undefined;
            const { moves } = rules;
            heard.length = 0;
            if (step.kind === 'reopen') {
              registry = made.again();
              listen(registry);
              handles.length = 0;
              rules.held.clear();
            } else if (step.kind === 'release') {
              const handle = handles[step.nth % handles.length];
              if (handle) {
                handles.splice(handles.indexOf(handle), 1);
                handle[Symbol.dispose]();
                handle[Symbol.dispose]();
                rules.release(handle.version);
              }
            } else {
              const [own, expected] = {
                add: () => {
                  const { verdict } = step as { verdict: Verdict };
                  const from = folders[ids.indexOf(id!)]!;
                  return [
                    async () => (await registry.add(line, from, { verdict })).id,
                    () => rules.add(id!, verdict),
                  ] as const;
                },
                promote: () => [() => registry.promote(line, id!).id, () => rules.promote(id!)] as const,
                rollback: () => [() => registry.rollback(line).id, () => rules.rollback()] as const,
                remove: () => [() => registry.remove(line, id!), () => rules.remove(id!)] as const,
                acquire: () =>
                  [
                    () => {
                      const handle = registry.acquire(line, id);
                      handles.push(handle);
                      return handle.version;
                    },
                    () => rules.acquire(id),
                  ] as const,
              }[step.kind]();
              expect(await outcome(own)).toEqual(await outcome(expected));
            }
            const [is, ought] = await look(line, registry, rules, ids);
            expect(is).toEqual(ought);
            expect(heard).toEqual(rules.moves > moves ? [rules.current()] : []);
          }
          expect(made.told.filter((code) => code !== 'registry.stand-in')).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  },
);
