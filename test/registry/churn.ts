/**
 * A process that moves the versions of a line about, for a test to kill or to run beside others. Before and after each
 * move it says which version is to be current.
 */
import { writeSync } from 'node:fs';
import { Random } from '#random';
import { openRegistry } from '#registry';

export type Churn = {
  readonly folder: string;
  readonly starter: string;
  readonly models: readonly string[];
  readonly seed: number;
  /** After how many moves it ends by itself. */
  readonly moves: number;
  readonly kinds: readonly ('promote' | 'rollback' | 'remove' | 'add')[];
};

const LINE = 'novel';
const say = (words: string) => void writeSync(1, `${words}\n`);

if (process.argv[1] === import.meta.filename) {
  const { folder, starter, models, seed, moves, kinds } = JSON.parse(process.argv[2]!) as Churn;
  const registry = openRegistry({ folder, starter, onDamage: ({ message }) => say(`damage ${message}`) });
  const random = Random.seeded(seed);
  const pick = <T>(among: readonly T[]): T => among[random.below(among.length)]!;
  const current = () => registry.current(LINE).id;
  say(`is ${current()}`);
  for (let move = 0; move < moves; move++) {
    const kept = registry.versions(LINE).map(({ id }) => id);
    const previous = registry.previous(LINE);
    const kind = pick(kinds);
    if (kind === 'promote') {
      const id = pick(kept);
      say(`will ${id}`);
      registry.promote(LINE, id);
    } else if (kind === 'rollback' && previous !== null) {
      say(`will ${previous}`);
      registry.rollback(LINE);
    } else if (kind === 'remove') {
      const spare = kept.find((id) => id !== current() && id !== previous);
      if (spare) registry.remove(LINE, spare);
    } else if (kind === 'add') await registry.add(LINE, pick(models), { verdict: 'accepted' });
    say(`is ${current()}`);
  }
}
