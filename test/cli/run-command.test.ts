import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { parseFlags, runCommand, UsageError } from '#cli';
import { type Config, readConfig } from '#config';
import { UserError } from '#errors';

const env = { XUXIE_LOCALE: 'en' };

afterEach(() => {
  process.exitCode = undefined;
});

async function outcome(main: Parameters<typeof runCommand>[0], config: Config = readConfig(env)) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const stderr = new PassThrough({ encoding: 'utf8' });
  await runCommand(main, { config, stdout, stderr });
  const code = process.exitCode ?? 0;
  return { code, out: String(stdout.read() ?? ''), err: String(stderr.read() ?? '') };
}

describe('runCommand', () => {
  it('says nothing and gives 0 when all went well', async () => {
    expect(await outcome(async () => {})).toEqual({ code: 0, out: '', err: '' });
  });

  it('turns what the user can mend into one sentence and 1', async () => {
    const seen = await outcome(async () => {
      throw new UserError('cli.missing', { name: 'FILE' });
    });
    expect(seen.code).toBe(1);
    expect(seen.err).toMatch(/^FILE is missing.*\n$/);
  });

  it('gives 2 when the command was typed wrongly, in the language of the user', async () => {
    const main = async () => {
      throw new UsageError('cli.missing', { name: 'FILE' });
    };
    const seen = await outcome(main, readConfig({ LANG: 'zh_TW.UTF-8' }));
    expect(seen.code).toBe(2);
    expect(seen.err).toContain('少了 FILE');
  });

  it('prints the usage on stdout and gives 0', async () => {
    const seen = await outcome(async () => {
      parseFlags({ command: 'sample', flags: {} }, ['--help']);
    });
    expect(seen).toMatchObject({ code: 0, err: '' });
    expect(seen.out).toContain('npm run sample');
  });

  it('shows of a bug only a number, the same each time, and the stack when asked', async () => {
    const bug = async () => {
      throw new TypeError('x is undefined');
    };
    const first = await outcome(bug);
    const second = await outcome(bug);
    expect(first.code).toBe(1);
    expect(first.err).toMatch(/number [0-9a-f]{8}/);
    expect(first.err).not.toContain('undefined');
    expect(second.err).toBe(first.err);

    const other = await outcome(async () => {
      throw new TypeError('y is undefined');
    });
    expect(other.err).not.toBe(first.err);
    const open = await outcome(bug, readConfig({ ...env, XUXIE_DEBUG: '1' }));
    expect(open.err).toContain('run-command.test.ts');
  });

  it('gives a bug the same number wherever the project lies', async () => {
    const at = async (folder: string) => {
      const error = new TypeError('x is undefined');
      error.stack = `TypeError: x is undefined\n    at f (file://${folder}/src/a.ts:1:2)\n    at ${folder}/b.ts:3:4`;
      return (
        await outcome(async () => {
          throw error;
        })
      ).err;
    };
    expect(await at('/home/one')).toBe(await at('/srv/the/other'));
  });

  it.each([
    [{ code: 'EPIPE' }, undefined],
    [{ code: 'ENOSPC' }, 1],
  ])(
    'leaves when nothing can be printed (%o): a command that ends itself is told, any other ended',
    async (why, code) => {
      const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
      onTestFinished(() => exit.mockRestore());
      for (const endsItself of [true, false]) {
        exit.mockClear();
        const [stdout, stderr] = [new PassThrough(), new PassThrough()];
        const main = async (_t: unknown, _config: unknown, leaving: AbortSignal) => {
          for (let i = 0; i < 2; i++) stdout.emit('error', Object.assign(new Error('write'), why));
          expect(leaving.aborted).toBe(true);
        };
        await runCommand(main, { config: readConfig(env), stdout, stderr, endsItself });
        expect(exit).toHaveBeenCalledTimes(endsItself ? 0 : 1);
        expect(process.exitCode).toBe(code);
      }
    },
  );

  it('is quiet about a closed pipe', async () => {
    const main = async () => {
      throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    };
    expect(await outcome(main)).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('readConfig', () => {
  it('takes the language from the first variable that is set', () => {
    expect(readConfig({ LANG: 'zh_CN.UTF-8', LC_ALL: '' }).locale).toBe('zh-Hans');
    expect(readConfig({ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }).locale).toBe('en');
    expect(readConfig({ LC_MESSAGES: 'zh_TW', LC_ALL: 'zh_CN' }).locale).toBe('zh-Hans');
    expect(readConfig({ LC_MESSAGES: 'zh_TW', LANG: 'zh_CN' }).locale).toBe('zh-Hant');
    expect(readConfig({ LC_MESSAGES: 'zh_TW', LC_ALL: 'en_GB', XUXIE_LOCALE: 'zh-Hant' }).locale).toBe(
      'zh-Hant',
    );
    expect(readConfig({}).locale).toBe('en');
  });

  it.each([
    ['zh_TW.UTF-8', 'zh-Hant'],
    ['zh_HK', 'zh-Hant'],
    ['zh-Hant-CN', 'zh-Hant'],
    ['zh_Hans_HK.UTF-8', 'zh-Hans'],
    ['zh_SG', 'zh-Hans'],
    ['zh', 'zh-Hans'],
    ['ja_JP.UTF-8', 'en'],
    ['C.UTF-8', 'en'],
  ])('speaks to %s in %s', (LANG, locale) => {
    expect(readConfig({ LANG }).locale).toBe(locale);
  });

  it('has the starter as its model and colour unless told otherwise', () => {
    expect(readConfig({}).model).toMatch(/models.starter$/);
    expect(readConfig({ XUXIE_MODEL: 'mine.safetensors' }).model).toBe('mine.safetensors');
    expect(readConfig({}).color).toBe(true);
    expect(readConfig({ NO_COLOR: '1' }).color).toBe(false);
    expect(readConfig({ TERM: 'dumb' })).toMatchObject({ color: false, cursor: false });
    expect(readConfig({ TERM: 'xterm', NO_COLOR: '1' }).cursor).toBe(true);
  });
});
