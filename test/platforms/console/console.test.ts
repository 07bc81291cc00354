import { describe, expect, it } from 'vitest';
import type { InferenceSession } from '#engines';
import { Vocabulary } from '#text';
import { certainSession, noiseSession } from '../../fakes/noise-session.ts';
import { startChat, vocabulary } from './start-chat.ts';

const unwrapped = (text: string): string => text.replaceAll('\n', '');

describe('at a terminal', () => {
  it('says what it is, names a beginning that Enter alone takes, and writes on from it', async () => {
    const chat = startChat();
    const greeting = await chat.answer();
    expect(greeting).toContain('西游记');
    expect(greeting).toContain('begins with 孙悟空');
    expect(greeting).toContain('q quit');
    await chat.type('t 0.8');
    const story = await chat.type('');
    expect(story).toMatch(/^孙悟空./s);
    expect([...unwrapped(story)].length).toBeGreaterThan(90);
    chat.input.write('q\r');
    await chat.done;
  });

  it('names its books in the script of the person', async () => {
    const chat = startChat({ locale: 'zh-Hans', title: '紅樓夢' });
    expect(await chat.answer()).toContain('我读过红楼梦');
    chat.input.write('\x03');
    await chat.done;
  });

  it('suggests nothing that the model cannot read', async () => {
    const other = Vocabulary.fromText(['林黛玉'], 1);
    const chat = startChat({ session: noiseSession(other), known: other, openings: ['黛玉'] });
    expect(await chat.answer()).toContain('begins with 黛玉');
    chat.input.write('\x03');
    await chat.done;
  });

  it('suggests nobody of another book', async () => {
    const chat = startChat({ openings: ['听了大笑'] });
    expect(await chat.answer()).toContain('begins with 听了大笑');
    chat.input.write('\x03');
    await chat.done;
  });

  it('suggests a beginning of its book in the script of the person', async () => {
    const chat = startChat({ locale: 'zh-Hant', openings: ['听见里头'] });
    expect(await chat.answer()).toContain('聽見裡頭');
    chat.input.write('\x03');
    await chat.done;
  });

  it('suggests in the script of the book where the person has none', async () => {
    const other = Vocabulary.fromText(['孫悟空'], 1);
    const chat = startChat({
      session: noiseSession(other),
      known: other,
      openings: ['悟空'],
      script: 'traditional',
    });
    expect(await chat.answer()).toContain('begins with 孫悟空');
    chat.input.write('\x03');
    await chat.done;
  });

  it('goes on, undoes and redoes exactly where the story is', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。去也。不见。') });
    await chat.answer();
    await chat.type('l 1');
    expect(await chat.type('孙悟空')).toBe('孙悟空听了。');
    expect(await chat.type('')).toBe('大笑。');
    expect(await chat.type('')).toBe('去也。');
    expect(await chat.type('u')).toMatch(/Undone[^\n]*\n大笑。$/);
    expect(await chat.type('u')).toMatch(/Undone[^\n]*\n　　孙悟空听了。$/);
    expect(await chat.type('U')).toMatch(/Redone[^\n]*\s+大笑。$/);
    expect(await chat.type('r')).toMatch(/version[^\n]*\s+大笑。$/);
    expect(await chat.type('')).toBe('去也。');
    for (let i = 0; i < 4; i++) await chat.type('u');
    expect(await chat.type('u')).toContain('nothing to undo');
    expect(await chat.type('r')).toContain('nothing is before it');
    chat.input.write('q\r');
    await chat.done;
  });

  it('writes another version behind the same words', async () => {
    const chat = startChat();
    await chat.answer();
    const one = await chat.type('');
    const other = (await chat.type('r')).split('\n').slice(1).join('\n').trim();
    expect(other).toMatch(/^孙悟空./s);
    expect(other).not.toBe(one);
    const rest = (seen: string) => seen.split('\n').slice(1).join('\n').trim();
    const back = await chat.type('<');
    expect(back).toContain('Version 1 of 2');
    expect(rest(back)).toBe(one);
    expect(rest(await chat.type('>'))).toBe(other);
    chat.input.write('q\r');
    await chat.done;
  });

  it('starts an empty story with a beginning that the model has read', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('孙悟空');
    await chat.type('u');
    expect(await chat.type('')).toMatch(/^却说悟空./s);
    expect((await chat.type('r')).split('\n').slice(1).join('').trim()).toMatch(/^却说悟空./s);
    chat.input.write('q\r');
    await chat.done;
  });

  it('puts what is typed first where it belongs: alone', async () => {
    const chat = startChat();
    await chat.answer();
    expect(await chat.type('孙悟空')).not.toContain('孙悟空孙悟空');
    chat.input.write('q\r');
    await chat.done;
  });

  it('takes nothing back on a terminal that cannot', async () => {
    const certain = () => certainSession(vocabulary, '听了。大笑。');
    for (const cursor of [true, false]) {
      const chat = startChat({ session: certain(), cursor });
      await chat.answer();
      chat.input.write('孙悟空\r');
      const seen = await chat.answer((text) => /。.*› /s.test(text));
      // Readline moves the cursor within the row of its prompt; going up is ours.
      expect(seen.includes('\x1b[1A') || seen.includes('\x1b[2A')).toBe(cursor);
      chat.input.write('q\r');
      await chat.done;
    }
  });

  it('changes and shows its settings, and says what they may be', async () => {
    const chat = startChat();
    await chat.answer();
    expect(await chat.type('t 0.9')).toContain('0.9');
    expect(await chat.type('t')).toContain('0.9');
    expect(await chat.type('t abc')).toContain('from 0.1 to 2, such as t 0.9, not “abc”');
    expect(await chat.type('l 30')).toContain('30');
    expect([...unwrapped(await chat.type('孙悟空'))].length).toBeLessThan(100);
    expect(await chat.type('x')).toContain('no command x');
    expect(await chat.type('?')).toContain('Ctrl-C');
    chat.input.write('q\r');
    await chat.done;
  });

  it('ends within a passage, and with all that waits, when it is told to leave', async () => {
    const leaving = new AbortController();
    const session = noiseSession(vocabulary, 12);
    let decodes = 0;
    const spied: InferenceSession = {
      ...session,
      async decode(slots, tokens) {
        if (++decodes === 3) leaving.abort();
        return session.decode(slots, tokens);
      },
    };
    const chat = startChat({ tty: false, session: spied, leaving: leaving.signal });
    chat.input.write(`l 5000\n${'孙悟空\n'.repeat(5)}`);
    await chat.done;
    expect(decodes).toBeLessThan(20);
  });

  it('stops a passage on Ctrl-C, keeps what is there, and drops what was typed ahead', async () => {
    const certain = certainSession(vocabulary, '孙悟空大笑听了去也。不见。');
    let decodes = 0;
    let chat: ReturnType<typeof startChat>;
    const session: InferenceSession = {
      ...certain,
      async decode(slots, tokens) {
        if (++decodes === 3) chat.input.write('听\r\x03');
        return certain.decode(slots, tokens);
      },
    };
    chat = startChat({ session });
    await chat.answer();
    const broken = unwrapped(await chat.type(''));
    expect('孙悟空大笑听了去也。不见。').toContain(broken);
    expect(broken.length).toBeLessThan(13);
    await chat.type('l 1');
    expect(broken + unwrapped(await chat.type(''))).toMatch(/^孙悟空大笑听了去也。/);
    chat.input.write('q\r');
    await chat.done;
  });

  it('keeps a line typed ahead, but not an impatient Enter', async () => {
    const certain = certainSession(vocabulary, '孙悟空听了。大笑。去也。不见。');
    let decodes = 0;
    let chat: ReturnType<typeof startChat>;
    const session: InferenceSession = {
      ...certain,
      async decode(slots, tokens) {
        if (++decodes === 2) chat.input.write('\r\rt 0.5\r');
        return certain.decode(slots, tokens);
      },
    };
    chat = startChat({ session });
    await chat.answer();
    await chat.type('l 1');
    chat.input.write('孙悟空\r');
    const seen = await chat.answer((text) => text.includes('0.5'));
    expect(seen).toContain('听了。');
    expect(seen).not.toContain('大笑');
    chat.input.write('q\r');
    await chat.done;
  });

  it('lets go of the keyboard when the model fails, so that the program can end', async () => {
    const session: InferenceSession = {
      ...noiseSession(vocabulary),
      decode: () => Promise.reject(new Error('the engine broke')),
    };
    const chat = startChat({ session });
    const failure = expect(chat.done).rejects.toThrow('the engine broke');
    await chat.answer();
    chat.input.write('\r');
    await failure;
    expect(chat.input.isPaused()).toBe(true);
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
    ['q', 'q\r'],
  ])('leaves on %s', async (_name, keys) => {
    const chat = startChat();
    await chat.answer();
    chat.input.write(keys);
    await chat.done;
  });

  it('answers in the script of the person, also when it changes', async () => {
    const text = '孙悟空听了，道：“头发”后。这里不见大笑听了。';
    const chat = startChat({ locale: 'zh-Hant', session: certainSession(vocabulary, text) });
    expect(await chat.answer()).toContain('我讀過西遊記');
    await chat.type('l 12');
    expect(await chat.type('孫悟空')).toBe('孫悟空聽了，道：「頭髮」後。');
    await chat.type('u');
    expect(await chat.type('孙悟空')).toBe('孙悟空听了，道：“头发”后。');
    await chat.type('u');
    expect(await chat.type('孫悟空')).toBe('孫悟空聽了，道：「頭髮」後。');
    expect(await chat.type('')).toBe('這裡不見大笑聽了。');
    chat.input.write('q\r');
    await chat.done;
  });

  it('answers in the quotation marks of the person, also when they change', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空道：“听了。”') });
    await chat.answer();
    await chat.type('l 4');
    expect(await chat.type('孙悟空道：「')).toBe('孙悟空道：「听了。」');
    await chat.type('u');
    expect(await chat.type('孙悟空道：“')).toBe('孙悟空道：“听了。”');
    chat.input.write('q\r');
    await chat.done;
  });
});

describe('in a pipe', () => {
  const all = async (chat: ReturnType<typeof startChat>) => {
    await chat.done;
    return { out: String(chat.output.read() ?? ''), err: String(chat.errors.read() ?? '') };
  };

  it('prints the story as plain text and ends with its input', async () => {
    const chat = startChat({
      tty: false,
      session: certainSession(vocabulary, '孙悟空听了。\n大笑。去也不见。'),
    });
    chat.input.end('l 3\n孙悟空\n\n\n');
    const { out, err } = await all(chat);
    expect(out).toBe('　　孙悟空听了。\n　　大笑。\n去也不见。\n');
    expect(err).toContain('3 characters');
  });

  it('reads a last line that has no end', async () => {
    const chat = startChat({ tty: false });
    chat.input.end('孙悟空');
    expect((await all(chat)).out).toMatch(/^　　孙悟空.+\n$/s);
  });

  it('says how to use it when nothing comes', async () => {
    const chat = startChat({ tty: false });
    chat.input.end();
    const { out, err } = await all(chat);
    expect(out).toBe('');
    expect(err).toContain('echo 孙悟空 | npm start');
  });
});

it('keeps temperature and length for the next chat', async () => {
  const first = startChat();
  await first.answer();
  await first.type('t 1.3');
  await first.type('l 40');
  await first.leave();
  const next = startChat({ storage: first.storage });
  await next.answer();
  expect(await next.type('t')).toContain('The temperature is 1.3.');
  expect(await next.type('l')).toContain('about 40 characters');
  await next.leave();
});
