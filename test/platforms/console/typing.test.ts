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
