import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { InferenceSession } from '#engines';
import { UserError } from '#errors';
import { type Lease, type Models, writerOn } from '#generation';
import { createTranslator, type Locale } from '#i18n';
import type { ModelCard } from '#lstm';
import { type ConsoleOptions, runConsole } from '#platforms/console';
import { Random } from '#random';
import { Stories } from '#stories';
import { Vocabulary } from '#text';
import { memoryStorage } from '../../fakes/memory-storage.ts';
import { noiseSession } from '../../fakes/noise-session.ts';

const characters = '孙悟空听了大笑道去也不见这里头发后，：“”！？。\n';
export const vocabulary = Vocabulary.fromText([characters], 1);
const card: ModelCard = {
  title: '西游记',
  preset: 'tiny',
  script: 'simplified',
  openings: ['却说悟空'],
  tokensRead: 0,
  heldOutBits: null,
};

/** Models on this thread: every line writes with the same session and has read another book. */
export function modelsOn(
  session: InferenceSession,
  lines: Readonly<Record<string, { readonly known: Vocabulary; readonly about: ModelCard }>>,
): Models {
  return {
    async acquire(line): Promise<Lease> {
      const model = lines[line];
      if (!model) throw new UserError('registry.no-line', { line });
      const { known, about } = model;
      return {
        version: 'v1',
        vocabulary: known,
        about,
        arithmetic: { cpu: 'a processor', runtime: 'a runtime' },
        write: writerOn(session, { vocabulary: known, about }),
        [Symbol.dispose]: () => {},
      };
    },
    async forget() {},
  };
}

type Terminal = PassThrough & { isTTY?: boolean; columns?: number; rows?: number };

type Chatting = {
  readonly tty?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly locale?: Locale;
  readonly session?: InferenceSession;
  readonly known?: Vocabulary;
  readonly cursor?: boolean;
  readonly leaving?: AbortSignal;
  readonly folder?: string;
  /** What an earlier chat has kept. */
  readonly storage?: ReturnType<typeof memoryStorage>;
  readonly models?: Models;
  readonly modelLines?: ConsoleOptions['modelLines'];
} & Partial<Pick<ModelCard, 'openings' | 'title' | 'script'>>;

let clock = Date.UTC(2026, 10, 24);
let ids = 0;

/** A person at a terminal (or a pipe): each line is typed when the prompt shows. */
export function startChat({
  tty = true,
  columns = 80,
  rows = 24,
  locale = 'en',
  session = noiseSession(vocabulary, 12),
  known = vocabulary,
  openings = card.openings,
  title = card.title,
  script = card.script,
  cursor = true,
  leaving,
  folder = '.',
  storage = memoryStorage(),
  models = modelsOn(session, { starter: { known, about: { ...card, openings, title, script } } }),
  modelLines = () => [{ name: 'starter', title }],
}: Chatting = {}) {
  const input: Terminal = new PassThrough();
  const output: Terminal = new PassThrough({ encoding: 'utf8' });
  const errors = new PassThrough({ encoding: 'utf8' });
  if (tty) Object.assign(input, { isTTY: true });
  if (tty) Object.assign(output, { isTTY: true, columns, rows });
  const stories = new Stories({
    storage,
    models,
    now: () => ++clock,
    newId: () => `n${++ids}`,
    random: Random.seeded(1),
  });
  const done = runConsole({
    input,
    output,
    errors,
    color: false,
    cursor,
    t: createTranslator(locale),
    stories,
    models,
    modelLines,
    folder,
    leaving,
  });
  /** What appears until the prompt is shown again and `until` holds. */
  const answer = async (until = (text: string) => text.includes('› ')): Promise<string> => {
    let seen = '';
    for (;;) {
      seen += output.read() ?? '';
      if (until(seen)) break;
      await new Promise((resolve) => output.once('readable', resolve));
    }
    return seen;
  };
  /** Types a line and returns the plain text that comes, without the prompt, its line and cursor moves. */
  const type = async (line: string): Promise<string> => {
    input.write(`${line}\r`);
    await answer((text) => text.includes('\n'));
    return plain(await answer());
  };
  /** Leaves, and returns what is said then. */
  const leave = async (keys = 'q\r'): Promise<string> => {
    input.write(keys);
    await done;
    // The key itself stands at the prompt that was read before.
    return plain(String(output.read() ?? '').replace(/^q/, ''));
  };
  return { input, output, errors, storage, stories, done, answer, type, leave };
}

/** The text without cursor moves, prompt and what stands at it. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r|› .*$/gs, '')
    .trim();
