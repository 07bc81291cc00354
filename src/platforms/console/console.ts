import type { Readable, Writable } from 'node:stream';
import { UserError } from '#errors';
import type { Models } from '#generation';
import type { Translator } from '#i18n';
import { FIRST_LINE, type Stories } from '#stories';
import { acts } from './act.ts';
import { Chat, type ModelLine, PLACE } from './chat.ts';
import { keptStories } from './commands/shelf.ts';
import { goOn } from './commands/write.ts';
import { type Input, parseInput } from './input.ts';
import { Lines, PROMPT } from './lines.ts';
import { Page } from './page.ts';
import { PersonScript } from './person-script.ts';

export type ConsoleOptions = {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  /** Where remarks go when the story is piped on. */
  readonly errors: Writable;
  readonly color: boolean;
  /** Whether the terminal knows more than plain text: what it shows can be taken back, and it marks what is pasted. */
  readonly cursor: boolean;
  readonly t: Translator;
  readonly stories: Stories;
  readonly models: Models;
  /** The lines of models that there are. */
  readonly modelLines: () => readonly ModelLine[];
  /** Where exported stories are put. */
  readonly folder: string;
  /** Ends the chat, and the passage that is being written, where it stands. */
  readonly leaving?: AbortSignal | undefined;
};

/**
 * Stories told in turns at a terminal, until the person leaves. Without a terminal it reads lines to the end of its
 * input and prints plain text.
 * @throws UserError what opening the model throws; without a terminal also what keeps a passage from being written
 */
export async function runConsole(options: ConsoleOptions): Promise<void> {
  const { input, output, errors, t, leaving } = options;
  const terminal = Boolean(input.isTTY && output.isTTY);
  const page = new Page(output, {
    color: terminal && options.color,
    ...(terminal && { columns: () => output.columns }),
  });
  const remarks = terminal ? page : new Page(errors, { color: false });
  using lines = new Lines({ input, output, terminal, marksPastes: options.cursor, isText });
  const leave = () => lines.leave();
  leaving?.addEventListener('abort', leave, { once: true });
  const { line, script, missing } = await firstModel(options);
  const { settings } = await options.stories.place(PLACE);
  const chat = new Chat({
    ...options,
    terminal,
    height: () => (terminal ? output.rows : undefined),
    page,
    remarks,
    lines,
    script,
    line,
    settings,
  });

  if (terminal) {
    if (missing) chat.sayError(missing);
    chat.say('chat.greeting', { title: await script.title() });
  }
  // Taken by Enter alone; typed into the line beforehand it would stand before what the person types.
  const suggestion = terminal ? await script.suggestion(t('chat.suggestion')) : '';
  if (terminal) {
    chat.say('chat.keys', { beginning: suggestion || 'none' });
    const { length: count } = await keptStories(chat);
    if (count > 0) chat.say('chat.earlier', { count });
  }
  let heard = false;
  while (!chat.left) {
    if (terminal) page.openGap();
    const typed = await lines.read();
    if (typed === undefined) break;
    heard = true;
    const isEnter = typed.text.trim() === '' && !chat.awaiting;
    const meant = chat.unwritten || (chat.isNew ? suggestion : '');
    const asked = isEnter && meant !== '' ? ({ kind: 'text', text: meant } as const) : parseInput(typed.text);
    if (goesOn(asked)) chat.unwritten = '';
    if (terminal && options.cursor && !chat.awaiting && goesOn(asked))
      page.closeGap(typed.shown.map((row) => PROMPT + row));
    try {
      if (!(await chat.takes(typed.text))) await act(chat, asked);
    } catch (error) {
      if (!(error instanceof UserError) || (goesOn(asked) && !terminal)) throw error;
      chat.sayError(error);
    }
    page.endRow();
  }
  if (!terminal) {
    if (!heard) chat.say('chat.no-input');
    return;
  }
  output.write('\n');
  if ((await chat.last(1)).length > 0) chat.say('chat.kept');
}

const isText = (line: string): boolean => goesOn(parseInput(line));

/** Whether the story reads on behind it. */
const goesOn = (asked: Input): boolean =>
  asked.kind === 'text' || (asked.kind === 'command' && asked.name === 'go');

async function act(chat: Chat, asked: Input): Promise<void> {
  if (asked.kind === 'text') return goOn(chat, asked.text, asked.command);
  if (asked.kind === 'command') return acts[asked.name](chat, asked.argument);
  chat.sayUnknown(asked);
}

/** The model that writes the first story; where the place's is gone, the one that is always there. */
async function firstModel({ stories, models, t }: ConsoleOptions): Promise<{
  readonly line: string;
  readonly script: PersonScript;
  readonly missing?: UserError;
}> {
  const { line = FIRST_LINE } = await stories.place(PLACE);
  const open = async (name: string) => {
    using lease = await models.acquire(name);
    return { line: name, script: new PersonScript(t.locale, lease) };
  };
  try {
    return await open(line);
  } catch (error) {
    if (!(error instanceof UserError) || line === FIRST_LINE) throw error;
    return { ...(await open(FIRST_LINE)), missing: error };
  }
}
