import { describe, expect, it } from 'vitest';
import { certainSession } from '../../fakes/noise-session.ts';
import { startChat, vocabulary } from './start-chat.ts';

/** What stands below the remark in the first row. */
const below = (seen: string): string => seen.split('\n').slice(1).join('\n').trim();

describe('versions', () => {
  it('go back and forth and say which of how many, never beyond the first and last', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('l 10');
    const first = await chat.type('孙悟空');
    expect(await chat.type('<')).toContain('only version');
    const second = below(await chat.type('r'));
    const third = below(await chat.type('换一个'));
    expect(new Set([first, second, third]).size).toBe(3);
    const back = await chat.type('<');
    expect(back).toMatch(/^Version 2 of 3:/);
    expect(below(back)).toBe(second);
    expect(below(await chat.type('上一个'))).toBe(first);
    expect(await chat.type('<')).toBe('This is the first of 3 versions; > goes to the next.');
    expect(below(await chat.type('>'))).toBe(second);
    expect(below(await chat.type('next'))).toBe(third);
    expect(await chat.type('下一個')).toMatch(/last of 3 versions/);
    await chat.leave();
  });

  it('are listed and chosen by number', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('l 10');
    const first = await chat.type('孙悟空');
    await chat.type('r');
    const list = await chat.type('/choose');
    expect(list).toMatch(/^This place has 2 versions.*\n {2}1 .*\n● 2 /);
    expect(below(await chat.type('/选择 1'))).toBe(first);
    expect(await chat.type('choose 3')).toContain('There is no version 3: there are 2.');
    expect(await chat.type('/choose x')).toContain('There is no version x');
    await chat.leave();
  });

  it('come back with what followed them', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('l 10');
    await chat.type('孙悟空');
    const more = await chat.type('');
    await chat.type('/goto 2');
    await chat.type('r');
    await chat.type('<');
    expect(below(await chat.type('U'))).toBe(more);
    await chat.leave();
  });

  it('are none at the start, and the first behind words alone', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。') });
    await chat.answer();
    await chat.type('l 1');
    for (const key of ['<', '>', 'r', '/choose'])
      expect(await chat.type(key)).toContain('the start of the story');
    await chat.type('孙悟空');
    await chat.type('/goto 1');
    expect(await chat.type('r')).toBe('听了。');
    await chat.leave();
  });
});

describe('edit', () => {
  it('puts other words in the place of the last, goes on from them and keeps the old with what followed', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。') });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.type('')).toBe('大笑。');
    expect(await chat.type('/edit 悟空道：')).toMatch(/^Your old words are kept.*\n　　悟空道：/);
    expect(await chat.type('<')).toMatch(/Version 1 of 2:\n　　孙悟空听了。大笑。$/);
    expect(await chat.type('>')).toMatch(/Version 2 of 2:\n　　悟空道：/);
    await chat.leave();
  });

  it('lays the old words out to be changed', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。') });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    chat.input.write('/edit\r');
    await chat.answer((seen) => seen.includes('› /edit 孙悟空'));
    chat.input.write('\x7f\x7f道\r');
    await chat.answer((seen) => /孙道.*› /s.test(seen));
    await chat.leave();
  });

  it('says what is missing', async () => {
    const chat = startChat({ tty: false });
    chat.input.end('/edit 孙\n');
    await chat.done;
    expect(String(chat.errors.read())).toMatch(/written nothing.*only takes new words.*: \/edit TEXT/);
    const other = startChat({ tty: false });
    other.input.end('孙悟空\n/edit\n/write\n');
    await other.done;
    expect(String(other.errors.read())).toMatch(/like this: \/edit TEXT.*like this: \/write TEXT/s);
  });
});

it('puts a word that is a command into the story behind /write', async () => {
  const chat = startChat({ session: certainSession(vocabulary, '听听了。') });
  await chat.answer();
  await chat.type('l 1');
  expect(await chat.type('/write undo')).toMatch(/^undo/);
  await chat.leave();
});

it('takes a hundred undos as far as there is something, then says so', async () => {
  const chat = startChat();
  await chat.answer();
  await chat.type('l 5');
  for (const line of ['孙悟空', '', '', '']) await chat.type(line);
  chat.input.write('u\r'.repeat(100));
  let seen = '';
  while ((seen.match(/nothing to undo/g) ?? []).length < 96)
    seen += (await chat.answer(() => true)) + (await chat.answer());
  expect(seen.match(/Undone/g)).toHaveLength(4);
  expect(await chat.type('U')).toMatch(/Redone[^\n]*\n　　孙悟空/);
  await chat.leave();
});
