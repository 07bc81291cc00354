import { UserError } from '#errors';
import type { Lease, Models, Order, Origin, Segment, Written } from '#generation';
import { Random } from '#random';
import { Vocabulary } from '#text';

/** Characters of a story that are read where nothing is kept. */
const MEMORY = 2048;

const ALPHABET = [...'云山水月风花雪夜天地人心剑光影声', '，', '。'];

export const vocabulary = Vocabulary.fromText([`${ALPHABET.join('')}孙悟空去也！？“”\n`], 1);

/** What a model knows behind a passage: here a number made of everything that it has read since the origin. */
type State = number;

const read = (state: State, text: string): State => {
  let next = state;
  for (const c of text) next = (Math.imul(next, 31) + c.codePointAt(0)! + 1) >>> 0;
  return next;
};

/**
 * Models without any model: a text is a function of all characters since the origin, the settings and the seed, as
 * with the real ones, and states are kept as those are. Orders are on record; passages can be held up, fail, or be
 * written by whatever version is current.
 */
export class Storyteller implements Models {
  readonly orders: Order[] = [];
  /** Passages whose states were dropped. */
  readonly forgotten: string[] = [];
  /** By line. */
  readonly versions = new Map<string, string[]>([['starter', ['v1']]]);
  arithmetic = { cpu: 'test', runtime: '1' };
  script: 'simplified' | 'traditional' | 'other' = 'other';
  /** Leases that nobody has let go of. */
  open = 0;
  /** Characters that were read into states. */
  charactersRead = 0;
  /** Awaited before each piece. */
  beforePiece: (order: Order, piece: number) => Promise<void> | void = () => {};
  #states = new Map<string, State>();

  async acquire(line: string, version?: string): Promise<Lease> {
    const versions = this.versions.get(line);
    if (!versions) throw new UserError('registry.no-line', { line });
    const chosen = version ?? versions.at(-1)!;
    if (!versions.includes(chosen)) throw new UserError('registry.no-version', { line, version: chosen });
    this.open++;
    return {
      version: chosen,
      vocabulary,
      about: {
        title: '试写',
        preset: 'tiny',
        script: this.script,
        openings: ['云山'],
        tokensRead: 0,
        heldOutBits: null,
      },
      arithmetic: this.arithmetic,
      write: (order) => this.#write(chosen, order),
      [Symbol.dispose]: () => {
        this.open--;
      },
    };
  }

  async forget(passages: readonly string[]): Promise<void> {
    this.forgotten.push(...passages);
    for (const key of this.#states.keys()) {
      if (passages.some((passage) => key.endsWith(`/${passage}`))) this.#states.delete(key);
    }
  }

  /** Drops all states, as when the cache is lost. */
  loseStates(): void {
    this.#states.clear();
  }

  async *#write(version: string, order: Order): AsyncGenerator<string, Written> {
    this.orders.push(order);
    const { reading, settings, seed, measure = [], keep = true, signal } = order;
    const keyOf = (origin: Origin, passage: string) => `${version}/${origin}/${passage}`;
    let origin = reading.origin;
    let unread: readonly Segment[] = reading.segments;
    let state: State = version.length;
    const found = reading.segments.findLastIndex(({ passage }) => this.#states.has(keyOf(origin, passage)));
    if (found >= 0) {
      state = this.#states.get(keyOf(origin, reading.segments[found]!.passage))!;
      unread = reading.segments.slice(found + 1);
    } else if (!reading.whole) ({ origin, segments: unread } = tail(reading.segments));
    for (const { passage, text } of unread) {
      state = read(state, text);
      this.charactersRead += [...text].length;
      if (keep) this.#states.set(keyOf(origin, passage), state);
    }
    const random = Random.seeded(state, seed, Math.round(settings.temperature * 1000));
    let text = reading.segments.length === 0 ? '云山' : '';
    if (text !== '') yield text;
    for (let piece = 0; [...text].length < settings.length; piece++) {
      await this.beforePiece(order, piece);
      if (signal?.aborted) break;
      const next = Array.from({ length: 5 }, () => ALPHABET[random.below(ALPHABET.length)]).join('');
      text += next;
      yield next;
    }
    if (keep && text !== '') this.#states.set(keyOf(origin, order.passage), read(state, text));
    const surprise = unread
      .filter(({ passage }) => measure.includes(passage))
      .map((segment) => {
        const characters = [...segment.text].length;
        return [segment.passage, { bits: 4 * characters, characters }] as const;
      });
    return { text, origin, surprise: Object.fromEntries(surprise) };
  }
}

/** The last `MEMORY` characters, a new origin. */
function tail(segments: readonly Segment[]): { origin: Origin; segments: readonly Segment[] } {
  let rest = MEMORY;
  for (let index = segments.length - 1; index >= 0; index--) {
    const { passage, text, end } = segments[index]!;
    const characters = [...text];
    if (characters.length >= rest) {
      const skipped = characters.length - rest;
      const cut = { passage, end, text: characters.slice(skipped).join('') };
      return { origin: `${passage}+${skipped}`, segments: [cut, ...segments.slice(index + 1)] };
    }
    rest -= characters.length;
  }
  return { origin: 'start', segments };
}
