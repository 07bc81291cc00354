import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { writerOn } from '#generation';
import { createTranslator, type Locale } from '#i18n';
import type { ModelCard } from '#lstm';
import { runConsole } from '#platforms/console';
import { Random } from '#random';
import { Vocabulary } from '#text';
import { noiseSession } from '../../fakes/noise-session.ts';

const characters = '孙悟空听了大笑道去也不见这里头发后，：“”！？。\n';
export const vocabulary = Vocabulary.fromText([characters], 1);
const about: ModelCard = {
  title: '西游记',
  preset: 'tiny',
  script: 'simplified',
  openings: ['却说悟空'],
  tokensRead: 0,
  heldOutBits: null,
};

type Terminal = PassThrough & { isTTY?: boolean; columns?: number };

/** A person at a terminal (or a pipe): each line is typed when the prompt shows. */
export function startChat({
  tty = true,
  locale = 'en' as Locale,
  session = noiseSession(vocabulary, 12),
  known = vocabulary,
  openings = about.openings,
  title = about.title,
  script = about.script,
  cursor = true,
  leaving = undefined as AbortSignal | undefined,
} = {}) {
  const input: Terminal = new PassThrough();
  const output: Terminal = new PassThrough({ encoding: 'utf8' });
  const errors = new PassThrough({ encoding: 'utf8' });
  if (tty) Object.assign(input, { isTTY: true });
  if (tty) Object.assign(output, { isTTY: true, columns: 80 });
  const done = runConsole({
    input,
    output,
    errors,
    color: false,
    cursor,
    t: createTranslator(locale),
    model: { vocabulary: known, about: { ...about, openings, title, script } },
    write: writerOn(session, { vocabulary: known }),
    random: Random.seeded(1),
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
  return { input, output, errors, done, answer, type };
}

/** The text without cursor moves, prompt and what stands at it. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/\r|› .*$/gs, '')
    .trim();
