import {
  type Cursor,
  chooseLead,
  defaultSettings,
  foldScript,
  inScript,
  type LoadedModel,
  type Quotes,
  type Script,
  scriptOf,
  startCursor,
  toScript,
  type Write,
  type WritingSettings,
} from '#generation';
import type { Locale } from '#i18n';
import type { Random } from '#random';
import { type Passage, type Piece, Story } from './story.ts';

export type WritingOptions = {
  readonly model: Pick<LoadedModel, 'vocabulary' | 'about'>;
  readonly write: Write;
  readonly random: Random;
  readonly t: { readonly locale: Locale };
};

/** One story and the model that writes it, in the script of the person. */
export class Writing {
  readonly story = new Story();
  settings: WritingSettings = defaultSettings;
  readonly #options: WritingOptions;
  /** The person's script where it is not the model's. */
  #script: Script | undefined;
  /** The quotation marks that the person last typed. */
  #quotes: Quotes | undefined;

  constructor(options: WritingOptions) {
    this.#options = options;
    const { script } = options.model.about;
    if (options.t.locale === 'zh-Hant' && script === 'simplified') this.#script = 'traditional';
  }

  /** Adds what was typed and writes on; both are given out. Typed nothing, the model goes on by itself. */
  async *go(typed: string, signal: AbortSignal): AsyncGenerator<Piece> {
    const { model, random } = this.#options;
    const parent = this.story.head;
    let opening = '';
    let lead = '';
    if (typed !== '') {
      opening = await this.#read(typed);
      yield { text: typed, voice: 'person' };
    } else if (!parent) {
      lead = chooseLead(model.about, random);
    }
    yield* this.#write({ parent, typed, opening: opening + lead, lead }, signal);
  }

  /** Writes another version of the last passage, behind what was typed. */
  async *again(signal: AbortSignal): AsyncGenerator<Piece> {
    const head = this.story.head;
    if (!head) return;
    if (head.typed !== '') yield { text: head.typed, voice: 'person' };
    yield* this.#write({ ...head, lead: head.typed === '' ? head.opening : '' }, signal);
  }

  /** What the model has read, in the script of the person. */
  async title(): Promise<string> {
    const { vocabulary, about } = this.#options.model;
    if (this.#script) return toScript(about.title, this.#script);
    return (await foldScript(about.title, vocabulary, about.script)).text;
  }

  /** `wanted` if it is of the books that the model has read, else a beginning of theirs; nothing if it knows none. */
  async suggestion(wanted: string): Promise<string> {
    const { model, t } = this.#options;
    const { vocabulary, about } = model;
    const { text } = await foldScript(wanted, vocabulary, about.script);
    // A novel calls its people by their given names: two characters at the end.
    const isOfTheBooks = about.openings.some((opening) => opening.includes(text.slice(-2)));
    if (isOfTheBooks && [...text].every((c) => vocabulary.has(c))) return t.locale === 'en' ? text : wanted;
    const own = about.openings[0] ?? '';
    return this.#script ? toScript(own, this.#script) : own;
  }

  /** Puts what was typed into the model's script, and remembers the person's. */
  async #read(typed: string): Promise<string> {
    const { vocabulary, about } = this.#options.model;
    const { text, script, quotes } = await foldScript(typed, vocabulary, about.script);
    if (quotes) this.#quotes = quotes;
    if (script) this.#script = script;
    else if (this.#script && (await scriptOf(typed)) === about.script) this.#script = undefined;
    return text;
  }

  async *#write(
    turn: Pick<Passage, 'parent' | 'typed' | 'opening'> & { readonly lead: string },
    signal: AbortSignal,
  ): AsyncGenerator<Piece> {
    const { model, write, random } = this.#options;
    const { vocabulary } = model;
    const { parent, typed, opening, lead } = turn;
    const place = parent?.cursor ?? startCursor(vocabulary);
    const seed = random.below(2 ** 32);
    const drawn = write({ cursor: place, opening, settings: this.settings, seed, signal });
    const passage = withLead(lead, drawn);
    const isOther = this.#script !== undefined || this.#quotes !== undefined;
    const shown = isOther ? inScript(passage, this.#script, this.#quotes) : passage;
    let written = '';
    let cursor: Cursor | undefined;
    try {
      while (!cursor) {
        const next = await shown.next();
        if (next.done) cursor = next.value;
        else {
          written += next.value;
          yield { text: next.value, voice: 'model' };
        }
      }
    } finally {
      if (!cursor) await shown.return(place);
    }
    this.story.add({ parent, typed, opening, written, cursor });
  }
}

async function* withLead(
  lead: string,
  passage: AsyncGenerator<string, Cursor>,
): AsyncGenerator<string, Cursor> {
  if (lead !== '') yield lead;
  return yield* passage;
}
