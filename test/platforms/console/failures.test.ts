import { describe, expect, it } from 'vitest';
import { UserError } from '#errors';
import type { Lease, Models } from '#generation';
import { memoryStorage } from '../../fakes/memory-storage.ts';
import { certainSession } from '../../fakes/noise-session.ts';
import { modelsOn, startChat, vocabulary } from './start-chat.ts';

const about = {
  title: '西游记',
  preset: 'tiny',
  script: 'simplified',
  openings: ['却说悟空'],
  tokensRead: 0,
  heldOutBits: null,
} as const;

/** Models that are busy so many times when something is to be written. */
function busyModels(times: number): Models {
  const session = certainSession(vocabulary, '孙悟空听了。大笑。');
  const models = modelsOn(session, { starter: { known: vocabulary, about } });
  let left = times;
  return {
    ...models,
    async acquire(line): Promise<Lease> {
      const lease = await models.acquire(line);
      return {
        ...lease,
        write(order) {
          if (left-- > 0) throw new UserError('generation.busy', { waiting: 9 });
          return lease.write(order);
        },
      };
    },
  };
}

describe('what cannot be written', () => {
  it('is told in a sentence; what was typed stands in the story, and Enter goes on', async () => {
    const chat = startChat({ models: busyModels(1) });
    await chat.answer();
    await chat.type('l 1');
    const seen = await chat.type('孙悟空');
    expect(seen).toMatch(/^孙悟空\n.*\nWhat you typed stands in the story/s);
    expect(await chat.type('')).toBe('听了。');
    expect(await chat.type('read')).toMatch(/^孙悟空听了。/);
    await chat.leave();
  });

  it('is put back at the prompt where the store fails, and Enter sends it again', async () => {
    const storage = memoryStorage();
    const chat = startChat({ storage, models: busyModels(0) });
    await chat.answer();
    await chat.type('l 1');
    storage.failNext(new UserError('storage.disk-full', { file: 'store.db' }));
    chat.input.write('孙悟空\r');
    const seen = await chat.answer((text) => text.includes('› 孙悟空'));
    expect(seen).toContain('store.db');
    chat.input.write('\r');
    await chat.answer((text) => /听了。.*› /s.test(text));
    expect(await chat.type('read')).toMatch(/^孙悟空听了。/);
    await chat.leave();
  });

  it('is kept for Enter where it has several lines', async () => {
    const storage = memoryStorage();
    const chat = startChat({ storage, models: busyModels(0) });
    await chat.answer();
    await chat.type('l 1');
    storage.failNext(new UserError('storage.disk-full', { file: 'store.db' }));
    chat.input.write('孙悟空道：\r听了\r');
    await chat.answer((text) => text.includes('Enter alone tries it again'));
    expect(await chat.type('')).toMatch(/孙悟空道：\n　　听了/);
    await chat.leave();
  });

  it('ends a pipe with its sentence', async () => {
    const chat = startChat({ tty: false, models: busyModels(1) });
    chat.input.end('孙悟空\n');
    await expect(chat.done).rejects.toMatchObject({ code: 'generation.busy' });
  });

  it('is not what other sentences are about: a pipe goes on behind them', async () => {
    const chat = startChat({ tty: false, models: busyModels(0) });
    chat.input.end('u\n/goto 5\n/xyzzy\nl 1\n孙悟空\n');
    await chat.done;
    expect(String(chat.output.read())).toBe('　　孙悟空听了。\n');
    expect(String(chat.errors.read())).toMatch(/nothing to undo.*no story here.*no command \/xyzzy/s);
  });
});
