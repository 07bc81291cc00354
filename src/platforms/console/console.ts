import type { Readable, Writable } from 'node:stream';
import { type LoadedModel, settingLimits, type Write } from '#generation';
import type { MessageKey, Translator } from '#i18n';
import type { Random } from '#random';
import { type Input, parseInput } from './input.ts';
import { Lines, PROMPT } from './lines.ts';
import { Page } from './page.ts';
import { Writing } from './writing.ts';

export type ConsoleOptions = {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Where remarks go when the story is piped on. */
  readonly errors: Writable;
  readonly color: boolean;
  /** Whether what the terminal shows can be taken back. */
  readonly cursor: boolean;
  readonly t: Translator;
  readonly model: Pick<LoadedModel, 'vocabulary' | 'about'>;
  readonly write: Write;
  readonly random: Random;
  /** Ends the chat, and the passage that is being written, where it stands. */
  readonly leaving?: AbortSignal | undefined;
};

/**
 * A story told in turns at a terminal, until the person leaves. Without a terminal it reads lines to the end of
 * its input and prints plain text.
 */
export async function runConsole(options: ConsoleOptions): Promise<void> {
  const { input, output, errors, t } = options;
  const terminal = Boolean(input.isTTY && output.isTTY);
  const color = terminal && options.color;
  const page = new Page(output, { color, ...(terminal && { columns: () => output.columns }) });
  const remarks = terminal ? page : new Page(errors, { color: false });
  const say = (key: MessageKey, params = {}) => remarks.note(t(key, params));
  const writing = new Writing(options);
  using lines = new Lines({
    input,
    output,
    terminal,
    isText: (line) => ['text', 'continue'].includes(parseInput(line).kind),
  });

  const leave = () => lines.leave();
  options.leaving?.addEventListener('abort', leave, { once: true });

  /** Shows the story from `passage` on as it is written. */
  const show = async (pieces: ReturnType<Writing['go']>): Promise<void> => {
    for await (const { text, voice } of pieces) page.write(text, voice);
  };
  const showEnd = (key: MessageKey) => {
    const { head, headBeginsParagraph } = writing.story;
    if (!head) return say('chat.undone-all');
    say(key);
    page.startRow(headBeginsParagraph);
    page.write(head.typed, 'person');
    page.write(head.written, 'model');
  };

  const act = async (asked: Input): Promise<void> => {
    switch (asked.kind) {
      case 'text':
      case 'continue':
        return lines.during((signal) => show(writing.go(asked.kind === 'text' ? asked.text : '', signal)));
      case 'again':
        if (!writing.story.head) return say('chat.nothing-to-retry');
        say('chat.again');
        page.startRow(writing.story.headBeginsParagraph);
        return lines.during((signal) => show(writing.again(signal)));
      case 'undo':
        return writing.story.undo() ? showEnd('chat.undone') : say('chat.nothing-to-undo');
      case 'redo':
        return writing.story.redo() ? showEnd('chat.redone') : say('chat.nothing-to-redo');
      case 'temperature':
      case 'length':
        writing.settings = { ...writing.settings, [asked.kind]: asked.value };
        return say(`chat.${asked.kind}`, { value: String(asked.value) });
      case 'show-temperature':
        return say('chat.temperature', { value: String(writing.settings.temperature) });
      case 'show-length':
        return say('chat.length', { value: String(writing.settings.length) });
      case 'bad-temperature':
      case 'bad-length': {
        const { min, max } = settingLimits[asked.kind === 'bad-length' ? 'length' : 'temperature'];
        return say(`chat.${asked.kind}`, { typed: asked.typed, min: String(min), max: String(max) });
      }
      case 'unknown':
        return say('chat.unknown', { typed: asked.typed });
      case 'help':
        return say('chat.help');
    }
  };

  if (terminal) {
    say('chat.greeting', { title: await writing.title() });
  }
  // Taken by Enter alone; typed into the line beforehand it would stand before what the person types.
  let beginning = terminal ? await writing.suggestion(t('chat.suggestion')) : '';
  if (terminal) say('chat.keys', { beginning: beginning || 'none' });
  let heard = false;
  for (;;) {
    if (terminal) page.openGap();
    const typed = await lines.read();
    if (typed === undefined) break;
    const line = typed.text.trim() === '' ? beginning : typed.text;
    heard = true;
    const asked = parseInput(line);
    if (asked.kind === 'quit') break;
    if (asked.kind === 'text') beginning = '';
    if (terminal && options.cursor && (asked.kind === 'text' || asked.kind === 'continue'))
      page.closeGap(typed.shown.map((row) => PROMPT + row));
    await act(asked);
    page.endRow();
  }
  if (terminal) output.write('\n');
  else if (!heard) say('chat.no-input');
}
