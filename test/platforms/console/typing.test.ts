import { describe, expect, it } from 'vitest';
import type { InferenceSession } from '#engines';
import { certainSession } from '../../fakes/noise-session.ts';
import { screenOf } from './screen.ts';
import { startChat, vocabulary } from './start-chat.ts';

describe('on the screen', () => {
  const name = '孙悟空'.repeat(18);
  /** The rows of the terminal when `keys` have been pressed and a passage of one sentence stands there. */
  const rowsAfter = async (keys: string, text: string): Promise<string[]> => {
    const chat = startChat({ session: certainSession(vocabulary, text) });
    let seen = await chat.answer();
    for (const key of ['l 1\r', keys]) {
      chat.input.write(key);
      seen += await chat.answer((shown) => /\n.*› /s.test(shown));
    }
    chat.input.write('\x03');
    await chat.done;
    const rows = screenOf(seen, 80);
    return rows.slice(rows.findLastIndex((row) => row.includes('A passage has')) + 1);
  };

  it.each([
    ['of one row', '孙悟空'],
    ['to the very edge', name.slice(0, 39)],
    ['of two rows', name],
  ])('a typed line %s stands there once', async (_name, typed) => {
    const rows = await rowsAfter(`${typed}\r`, `${typed}听了。`);
    expect(rows.join('')).toBe(`　　${typed}听了。›`);
  });

  it('a paste is one text and stands there once', async () => {
    const text = '孙悟空道：\n去也听了。';
    expect(await rowsAfter('孙悟空道：\r\r去也\r', text)).toEqual([
      '',
      '　　孙悟空道：',
      '　　去也听了。',
      '',
      '›',
    ]);
  });
});

it('waits for the Enter that the last line of a paste lacks', async () => {
  const chat = startChat({ session: certainSession(vocabulary, '孙悟空道：\n去也听了。') });
  await chat.answer();
  await chat.type('l 1');
  chat.input.write('孙悟空道：\r去');
  await chat.answer((text) => text.includes('› 去'));
  expect(await chat.type('也')).toMatch(/孙悟空道：\s+去也听了。$/);
  expect(await chat.type('u')).toContain('empty again');
  chat.input.write('q\r');
  await chat.done;
});

it('takes commands in a paste as commands', async () => {
  const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。') });
  await chat.answer();
  chat.input.write('l 1\r孙悟空\ru\rq\r');
  await chat.done;
  expect(String(chat.output.read())).toMatch(/孙悟空听了。.*Undone/s);
});

it('a line typed ahead takes no row of the story away', async () => {
  const certain = certainSession(vocabulary, '孙悟空听了。这里大笑。');
  let decodes = 0;
  let chat: ReturnType<typeof startChat>;
  const session: InferenceSession = {
    ...certain,
    async decode(slots, tokens) {
      if (++decodes === 2) chat.input.write('这里\r');
      return certain.decode(slots, tokens);
    },
  };
  chat = startChat({ session });
  let seen = await chat.answer();
  for (const [line, end] of [
    ['l 1', /about 1.*› /s],
    ['孙悟空', /大笑。.*› /s],
  ] as const) {
    chat.input.write(`${line}\r`);
    seen += await chat.answer((text) => end.test(text));
  }
  expect(screenOf(seen, 80).slice(-5)).toEqual(['', '　　孙悟空听了。', '这里大笑。', '', '›']);
  chat.input.write('q\r');
  await chat.done;
});

describe('a paste that the terminal marks', () => {
  const [START, END] = ['\x1b[200~', '\x1b[201~'];

  it('is one text with its commands and blank lines, and waits for Enter', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了\n/q\nU\n树听了。') });
    await chat.answer();
    await chat.type('l 1');
    chat.input.write(`孙悟空${START}听了\r\r/q\rU\r\r树${END}`);
    let seen = `› ${await chat.answer((text) => text.includes('树'))}`;
    expect(await chat.stories.list('console')).toEqual([]);
    chat.input.write('\r');
    seen += await chat.answer((text) => /\n.*› /s.test(text));
    const [story] = await chat.stories.list('console');
    const [typed] = await chat.stories.path(story!.id, { last: 2 });
    expect(typed!.text).toBe('孙悟空听了\n/q\nU\n树');
    // Once, for what stood at the prompt is gone.
    expect(screenOf(seen, 80)).toEqual(['　　孙悟空听了', '　　/q', '　　U', '　　树听了。', '', '›']);
    expect(await chat.type('u')).toContain('empty again');
    await chat.leave();
  });

  it('is let go of by Ctrl-C', async () => {
    const chat = startChat();
    await chat.answer();
    chat.input.write(`${START}孙悟空\r听了${END}\x03`);
    await chat.done;
    expect(await chat.stories.list('console')).toEqual([]);
  });

  it.each([
    ['on leaving', {}, 'q\r'],
    ['on Ctrl-C', {}, '\x03'],
  ])('is asked for as long as the chat lasts, %s', async (_name, options, keys) => {
    const chat = startChat(options);
    const seen = await chat.answer();
    expect(seen).toContain('\x1b[?2004h');
    chat.input.write(keys);
    await chat.done;
    expect(String(chat.output.read())).toContain('\x1b[?2004l');
  });

  it('is not asked for after an exception', async () => {
    const models = {
      acquire: () => Promise.reject(new Error('broken')),
      forget: () => Promise.resolve(),
    };
    const chat = startChat({ models });
    await expect(chat.done).rejects.toThrow('broken');
    expect(String(chat.output.read())).toMatch(/2004h.*2004l/s);
  });

  it('is not asked for where the terminal knows plain text only', async () => {
    const chat = startChat({ cursor: false });
    const seen = (await chat.answer()) + (await chat.leave());
    expect(seen).not.toContain('2004');
  });
});
