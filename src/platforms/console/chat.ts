import type { FiledPassage } from '#books';
import { UserError } from '#errors';
import { defaultSettings, type Models } from '#generation';
import { describeError, type MessageKey, type Translator } from '#i18n';
import {
  type Passage,
  type PassageId,
  type Stories,
  type Story,
  type StoryId,
  showPassage,
  type Writing,
} from '#stories';
import { lastTyped } from './last-typed.ts';
import type { Lines } from './lines.ts';
import type { Page } from './page.ts';
import type { PersonScript } from './person-script.ts';

/** Where the stories of the terminal are kept. */
export const PLACE = 'console';

/** Passages of one turn: an opening, its continuation, and some to spare. */
const TURN = 8;

/** A line of models, and what its current version has read. */
export type ModelLine = { readonly name: string; readonly title: string };

export type ChatOptions = {
  readonly stories: Stories;
  readonly models: Models;
  readonly modelLines: () => readonly ModelLine[];
  /** Where exported stories are put. */
  readonly folder: string;
  readonly t: Translator;
  /** Whether a person sits at a terminal. */
  readonly terminal: boolean;
  /** Rows of the terminal; undefined in a pipe. */
  readonly height: () => number | undefined;
  /** Where the story goes. */
  readonly page: Page;
  /** Where what is said about it goes. */
  readonly remarks: Page;
  readonly lines: Lines;
  readonly script: PersonScript;
  /** The line of models for the first story. */
  readonly line: string;
  /** As they were last set. */
  readonly settings: { readonly temperature?: number | undefined; readonly length?: number | undefined };
};

/** What goes on at a terminal: the story at hand, and how it is told. Commands work on it. */
export class Chat {
  readonly options: ChatOptions;
  readonly place = PLACE;
  readonly stories: Stories;
  readonly page: Page;
  readonly t: Translator;
  readonly script: PersonScript;
  settings: { readonly temperature: number; readonly length: number };
  /** The story at hand; none until something is done to it. */
  id: StoryId | undefined;
  /** The line of models for the next new story. */
  line: string;
  /** The stories that were last listed, by number. */
  listed: readonly StoryId[] = [];
  /** Gets the next line before anything else does, and answers whether it was meant for it. */
  awaiting: ((line: string) => Promise<boolean>) | undefined;
  /** A text that could not be written, for Enter to try again. */
  unwritten = '';
  /** The version that was last chosen, and where the story stood then. */
  chosen: { readonly passage: PassageId; readonly head: PassageId } | undefined;
  left = false;

  constructor(options: ChatOptions) {
    this.options = options;
    this.stories = options.stories;
    this.page = options.page;
    this.t = options.t;
    this.script = options.script;
    this.line = options.line;
    const { temperature = defaultSettings.temperature, length = defaultSettings.length } = options.settings;
    this.settings = { temperature, length };
  }

  say(key: MessageKey, params: Readonly<Record<string, string | number>> = {}): void {
    this.options.remarks.note(this.t(key, params));
  }

  /** Remarks in two columns. */
  list(rows: readonly (readonly [string, string])[]): void {
    this.options.remarks.list(rows);
  }

  /** Rows that were asked for, as they are. */
  print(rows: readonly string[]): void {
    this.page.print(rows);
  }

  /** Columns of the terminal; undefined in a pipe. */
  get columns(): number | undefined {
    return this.page.options.columns?.();
  }

  sayError(error: UserError): void {
    this.options.remarks.note(describeError(error, this.t));
  }

  /** Says that something typed is no command, and what was probably meant. */
  sayUnknown({ typed, nearest }: { readonly typed: string; readonly nearest?: string }): void {
    this.say('chat.unknown', { typed, nearest: nearest ?? 'none' });
  }

  /** Whether nothing was done to a story yet. */
  get isNew(): boolean {
    return this.id === undefined;
  }

  /** Gives a line to what waits for one; answers whether that took it. */
  async takes(line: string): Promise<boolean> {
    const { awaiting } = this;
    this.awaiting = undefined;
    return awaiting ? awaiting(line) : false;
  }

  /** The story at hand, begun now if need be. */
  async begin(): Promise<StoryId> {
    if (this.id === undefined) this.id = (await this.stories.create(PLACE, { line: this.line })).id;
    return this.id;
  }

  /**
   * The story at hand.
   * @throws UserError `chat.no-story` if nothing was written yet
   */
  story(): Promise<Story> {
    if (this.id === undefined) throw new UserError('chat.no-story');
    return this.stories.get(this.id);
  }

  /** Takes a story to hand, in the script and with the model that go with it. */
  async take({ id, line }: Story): Promise<void> {
    this.id = id;
    try {
      await this.useLine(line);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      // Its model is gone: it can be read, and another can be chosen for it.
      this.sayError(error);
    }
    const typed = await lastTyped(this.stories, id);
    if (typed) await this.script.hear(typed.text);
  }

  /** Has the chat know the model that writes. */
  async useLine(line: string): Promise<void> {
    using lease = await this.options.models.acquire(line);
    this.line = line;
    this.script.use(lease);
  }

  /** The last passages, oldest first, as far as there are any. */
  async last(count: number): Promise<readonly Passage[]> {
    return this.id === undefined ? [] : this.stories.path(this.id, { last: count });
  }

  /** Shows what is being written, the person's part first, and waits until all of it is saved. */
  async follow(writing: Writing): Promise<void> {
    const opening = await writing.opening;
    if (opening) this.page.write(opening.text, 'person');
    for await (const piece of writing.text) this.page.write(piece, 'model');
    await writing.passage;
  }

  /** Shows the last turn of the story behind a remark, or says that there is nothing. */
  async showEnd(key: MessageKey, params: Readonly<Record<string, string | number>> = {}): Promise<void> {
    const passages = await this.last(TURN + 1);
    this.say(key, params);
    const head = passages.at(-1);
    if (!head) return this.say('chat.empty');
    const first = passages.findIndex(({ turn }) => turn === head.turn);
    await this.showTurn(passages.slice(first), passages[first - 1]);
  }

  /** Shows passages that stand behind `before`; what comes next follows on the same row. */
  async showTurn(
    passages: readonly FiledPassage[],
    before: Pick<Passage, 'text'> | undefined,
  ): Promise<void> {
    this.page.startRow(!before || before.text.endsWith('\n'));
    for (const passage of passages) await this.#show(passage);
  }

  async #show(passage: FiledPassage): Promise<void> {
    if (passage.erased) this.page.write(this.t('chat.erased-text'), 'nobody');
    else this.page.write(await this.textOf(passage), passage.author.kind === 'model' ? 'model' : 'person');
  }

  /** A passage as the person reads it. */
  textOf(passage: Pick<FiledPassage, 'author' | 'text'>): Promise<string> {
    return showPassage(passage, this.script.show);
  }
}
