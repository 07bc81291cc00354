import { describe, expect, it } from 'vitest';
import { certainSession } from '../../fakes/noise-session.ts';
import { modelsOn, startChat, vocabulary } from './start-chat.ts';

const card = {
  preset: 'tiny',
  script: 'simplified',
  openings: ['却说悟空'],
  tokensRead: 0,
  heldOutBits: null,
} as const;
const session = () => certainSession(vocabulary, '孙悟空听了。大笑。去也。');

describe('stories', () => {
  it.each([
    ['Ctrl-C', '\x03'],
    ['q', 'q\r'],
  ])('are kept when one leaves by %s, which says so, and are there the next time', async (_name, keys) => {
    const chat = startChat({ session: session() });
    expect(await chat.answer()).not.toContain('earlier');
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.leave(keys)).toContain('The story is kept. Next time, /open 1 goes on with it.');

    const next = startChat({ session: session(), storage: chat.storage });
    expect(await next.answer()).toContain('An earlier story is kept: /stories lists them, /open 1 goes on');
    await next.type('l 1');
    expect(await next.type('/open 1')).toMatch(/^“孙悟空”\. The story ends:\n　　孙悟空听了。$/);
    expect(await next.type('')).toBe('大笑。');
    await next.leave();
  });

  it('are not kept where nothing was written, nor is it said so', async () => {
    const chat = startChat();
    await chat.answer();
    await chat.type('/model starter');
    expect(await chat.leave()).toBe('');
    const next = startChat({ storage: chat.storage });
    expect(await next.answer()).not.toContain('earlier');
    expect(await next.type('故事')).toContain('There are no stories yet');
    await next.leave();
  });

  it('are listed, the last first, with their titles or first words and lengths', async () => {
    const chat = startChat({ session: session() });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    await chat.type('/title 大闹天宫');
    expect(await chat.type('/new')).toContain('A new story');
    await chat.type('去也');
    const list = (await chat.type('stories')).split('\n');
    expect(list[0]).toMatch(/^● 1 去也 {6}\d+ characters · Nov 24, 2026/);
    expect(list[1]).toMatch(/^ {2}2 大闹天宫 {2}6 characters · /);
    expect(await chat.type('/open 天宫')).toContain('“大闹天宫”');
    expect(await chat.type('/open 9')).toContain('There is no story 9');
    expect(await chat.type('/title')).toContain('called “大闹天宫”');
    await chat.leave();
  });

  it('go by the numbers of the list that was seen', async () => {
    const chat = startChat({ session: session() });
    await chat.answer();
    await chat.type('l 1');
    for (const line of ['孙悟空', '/new', '去也', '/new', '听了', '/stories']) await chat.type(line);
    await chat.type('/open 3');
    await chat.type('');
    expect(await chat.type('/open 2')).toContain('“去也”');
    await chat.leave();
  });

  it('go to the trash and come back', async () => {
    const chat = startChat({ session: session() });
    await chat.answer();
    expect(await chat.type('/trash')).toContain('There is no story here yet');
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.type('/trash')).toContain('“孙悟空” is in the trash, and stays there for 30 days');
    expect(await chat.type('/stories')).toContain('There are no stories yet');
    expect(await chat.type('/trash list')).toMatch(/^1 孙悟空 .*\n\/restore and a number/);
    expect(await chat.type('/回收站 还原 1')).toMatch(/^“孙悟空” is back.*\n　　孙悟空听了。$/);
    expect(await chat.type('/restore')).toBe('The trash is empty.');
    await chat.leave();
  });

  it('are begun anew while the old ones stay', async () => {
    const chat = startChat({ session: session() });
    await chat.answer();
    await chat.type('l 1');
    await chat.type('孙悟空');
    await chat.type('新故事');
    expect(await chat.type('u')).toContain('nothing to undo');
    expect(await chat.type('听了')).toMatch(/^听了/);
    expect(await chat.type('/stories')).toMatch(/1 听了.*\n {2}2 孙悟空/);
    await chat.leave();
  });

  it('are read in the script in which they were written', async () => {
    const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。头发。') });
    await chat.answer();
    await chat.type('l 1');
    expect(await chat.type('孫悟空')).toBe('孫悟空聽了。');
    await chat.leave();
    const next = startChat({
      session: certainSession(vocabulary, '孙悟空听了。头发。'),
      storage: chat.storage,
    });
    await next.answer();
    await next.type('l 1');
    expect(await next.type('/open 1')).toContain('孫悟空聽了。');
    expect(await next.type('')).toBe('頭髮。');
    await next.leave();
  });
});

describe('models', () => {
  const lines = {
    starter: { known: vocabulary, about: { ...card, title: '西游记' } },
    红楼: { known: vocabulary, about: { ...card, title: '红楼梦' } },
  };
  const modelLines = () => Object.entries(lines).map(([name, { about }]) => ({ name, title: about.title }));

  it('are listed, and another writes when it is told to, also the next time', async () => {
    const chat = startChat({ models: modelsOn(session(), lines), modelLines });
    await chat.answer();
    expect(await chat.type('模型')).toMatch(/● starter {2}西游记\n {2}红楼 {5}红楼梦$/);
    expect(await chat.type('/model 红楼')).toContain('红楼 writes from here on; it has read 红楼梦.');
    await chat.type('l 1');
    await chat.type('孙悟空');
    expect(await chat.type('/receipt')).toMatch(/^model version {2}红楼 v1$/m);
    expect(await chat.type('/model 水浒')).toContain('水浒');
    await chat.leave();
    const next = startChat({ models: modelsOn(session(), lines), modelLines, storage: chat.storage });
    expect(await next.answer()).toContain('has read 红楼梦');
    await next.leave();
  });

  it('that are gone are told, and the one that is always there takes their place', async () => {
    const chat = startChat({ models: modelsOn(session(), lines), modelLines });
    await chat.answer();
    await chat.type('/model 红楼');
    await chat.type('孙悟空');
    await chat.leave();
    const next = startChat({ session: session(), storage: chat.storage });
    const greeting = await next.answer();
    expect(greeting).toMatch(/红楼.*has read 西游记/s);
    await next.type('l 1');
    expect(await next.type('孙悟空')).toBe('孙悟空听了。');
    expect(await next.type('/open 2')).toMatch(/红楼.*“孙悟空”/s);
    expect(await next.type('')).toContain('红楼');
    await next.type('/model starter');
    expect(await next.type('')).toContain('了了');
    await next.leave();
  });
});
