import { foldScript, type Lease, type Quotes, type Script, scriptOf, toScript } from '#generation';
import type { Locale } from '#i18n';
import type { Show } from '#stories';

/** A model as far as the chat needs to know it. */
export type Told = Pick<Lease, 'vocabulary' | 'about'>;

/** The script in which the person reads and writes, where it is not the model's. */
export class PersonScript {
  readonly #locale: Locale;
  #model: Told;
  #script: Script | undefined;
  /** The quotation marks that the person last typed. */
  #quotes: Quotes | undefined;

  constructor(locale: Locale, model: Told) {
    this.#locale = locale;
    this.#model = model;
    this.#byLocale();
  }

  /** Another model writes from now on. */
  use(model: Told): void {
    if (model.about.script !== this.#model.about.script) {
      this.#script = undefined;
      this.#model = model;
      this.#byLocale();
    }
    this.#model = model;
  }

  /** How what the model writes is to be shown. */
  get show(): Show {
    return { script: this.#script, quotes: this.#quotes };
  }

  /** The script in which the person reads, whoever's it is. */
  get script(): Script | 'other' {
    return this.#script ?? this.#model.about.script;
  }

  /** Learns from what was typed. */
  async hear(typed: string): Promise<void> {
    const { vocabulary, about } = this.#model;
    const { script, quotes } = await foldScript(typed, vocabulary, about.script);
    if (quotes) this.#quotes = quotes;
    if (script) this.#script = script;
    else if (this.#script && (await scriptOf(typed)) === about.script) this.#script = undefined;
  }

  /** What a model has read, by default the one at hand. */
  async title(title: string = this.#model.about.title): Promise<string> {
    return this.script === 'other' ? title : toScript(title, this.script);
  }

  /** `wanted` if it is of the books that the model has read, else a beginning of theirs; nothing if it knows none. */
  async suggestion(wanted: string): Promise<string> {
    const { vocabulary, about } = this.#model;
    const { text } = await foldScript(wanted, vocabulary, about.script);
    // A novel calls its people by their given names: two characters at the end.
    const isOfTheBooks = about.openings.some((opening) => opening.includes(text.slice(-2)));
    if (isOfTheBooks && [...text].every((c) => vocabulary.has(c)))
      return this.#locale === 'en' ? text : wanted;
    const own = about.openings[0] ?? '';
    return this.#script ? toScript(own, this.#script) : own;
  }

  #byLocale(): void {
    const { script } = this.#model.about;
    if (this.#locale === 'zh-Hant' && script === 'simplified') this.#script = 'traditional';
  }
}
