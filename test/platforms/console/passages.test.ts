import { describe, expect, it } from 'vitest';
import type { InferenceSession } from '#engines';
import { certainSession, noiseSession } from '../../fakes/noise-session.ts';
import { startChat, vocabulary } from './start-chat.ts';

describe('a receipt', () => {
  it('tells all that a passage was made of', async () => {
    const chat = startChat({ columns: 120 });
    await chat.answer();
    await chat.type('l 10');
    await chat.type('t 0.9');
    await chat.type('/remember 悟空');
    await chat.type('孙悟空');
    const seen = await chat.type('收据');
    expect(seen).toMatch(/^passage {8}2 /);
    for (const row of [
      /^model version {2}starter v1$/m,
      /^seed {11}\d+$/m,
      /^settings {7}temperature 0.9 · length 10 · paragraph temperature 1 · repetition held off 1 .*min-p 0.01$/m,
      /^names {10}悟空$/m,
      /^goes on from {3}1 孙悟空$/m,
      /^read from {6}the start of the story$/m,
      /^processor {6}a processor$/m,
      /^runtime {8}a runtime$/m,
      /\/replay 2 /,
    ])
      expect(seen).toMatch(row);
    await chat.leave();
  });

  it('is not had by what a person wrote; how surprised the model was is told instead', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('l 5');
    await chat.type('孙悟空');
    expect(await chat.type('/receipt 1')).toMatch(/written by a person.* surprised by \d+\.\d\d bits/s);
    await chat.leave();
  });

  it('needs something that the model wrote', async () => {
    const chat = startChat();
    await chat.answer();
    expect(await chat.type('/receipt')).toContain('There is no story here yet');
    await chat.type('孙悟空');
    await chat.type('/goto 1');
    expect(await chat.type('/receipt')).toContain('The model has written nothing');
    await chat.leave();
  });

  it('says that the person ended the passage', async () => {
    const chat = await stopped();
    expect(await chat.type('/receipt')).toMatch(/^end {12}stopped by you$/m);
    await chat.leave();
  });
});

/** A chat whose passage was ended by Ctrl-C. */
async function stopped() {
  const quiet = noiseSession(vocabulary, 12);
  let decodes = 0;
  let chat: ReturnType<typeof startChat>;
  const session: InferenceSession = {
    ...quiet,
    async decode(slots, tokens) {
      if (++decodes === 5) chat.input.write('\x03');
      return quiet.decode(slots, tokens);
    },
  };
  chat = startChat({ session });
  await chat.answer();
  await chat.type('孙悟空');
  return chat;
}

describe('a replay', () => {
  it('comes out the same, also of a passage that was stopped', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('孙悟空');
    expect(await chat.type('重放')).toMatch(
      /^Writing passage 2 once more …\nThe same, character for character: all \d+/,
    );
    await chat.leave();
    const other = await stopped();
    expect(await other.type('/replay')).toContain('The same, character for character');
    await other.leave();
  });

  it('shows where it differs', async () => {
    const one = certainSession(vocabulary, '孙悟空听了大笑。');
    const two = certainSession(vocabulary, '孙悟空听了道也。');
    let now = one;
    const session: InferenceSession = {
      ...one,
      prefill: (runs) => now.prefill(runs),
      score: (runs) => now.score(runs),
      decode: (slots, tokens) => now.decode(slots, tokens),
      read: (slot) => now.read(slot),
      write: (slot, state) => now.write(slot, state),
    };
    const chat = startChat({ session });
    await chat.answer();
    await chat.type('l 3');
    await chat.type('孙悟空');
    now = two;
    const seen = await chat.type('/replay');
    expect(seen).toMatch(
      /differently from character 3 of passage 2 on:\nthen {2}听了大笑。\nnow {3}听了道也。$/,
    );
    await chat.leave();
  });
});

describe('names', () => {
  it('are remembered, listed with numbers and forgotten by number or name', async () => {
    const chat = startChat();
    await chat.answer();
    expect(await chat.type('记住')).toContain('No names are kept in mind');
    expect(await chat.type('/记住 林小满、萧炎')).toMatch(
      /keeps in mind: 林小满、萧炎\.\n1 {2}林小满\n2 {2}萧炎\n/,
    );
    expect(await chat.type('/forget 1')).toMatch(/^Forgotten.\n1 {2}萧炎\n/);
    expect(await chat.type('/忘记 3')).toContain('3');
    expect(await chat.type('/忘记 萧炎')).toMatch(/^Forgotten.\nNo names/);
    expect(await chat.type('/remember 一二三四五六七八九十一二三')).toContain('1 to 12 characters');
    await chat.leave();
  });
});

describe('erasing', () => {
  it('asks with the words that would go, and keeps them at anything but yes', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。') });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.type('/erase')).toMatch(/^Passage 1 would be gone.*\n孙悟空\nType yes/);
    expect(await chat.type('no')).toBe('It is kept.');
    await chat.type('/erase');
    expect(await chat.type('')).toBe('It is kept.');
    await chat.type('/erase');
    expect(await chat.type('去也')).toMatch(/^It is kept.\n去也/);
    expect(await chat.type('tree')).toContain('孙悟空');
    await chat.leave();
  });

  it.each(['yes', 'Y', '是', '確定'])('takes them away at %s, for good', async (yes) => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。') });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    await chat.type('/erase 1');
    expect(await chat.type(yes)).toBe('Passage 1 is erased.');
    const tree = await chat.type('tree');
    expect(tree).not.toContain('孙悟空');
    expect(tree).toMatch(/1 – {5}\(erased\)/);
    expect(await chat.type('/erase 1')).toContain('erased already');
    expect(await chat.type('/replay 2')).not.toContain('The same');
    expect(await chat.type('read')).toMatch(/^听了。/);
    await chat.leave();
  });
});

it('tells behind a text that may have been a command how to type one', async () => {
  const chat = startChat({ columns: 200 });
  await chat.answer();
  await chat.type('l 1');
  const shown = await chat.type('remember Alice Liddell');
  expect(shown).toMatch(
    /remember Alice Liddell.*\nPut into the story\. For the command type \/remember Alice Liddell; u takes/s,
  );
  expect(await chat.type('u')).toContain('empty again');
  expect(await chat.type('remember Alice')).toContain('keeps in mind: Alice');
  await chat.leave();
});
