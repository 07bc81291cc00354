import { describe, expect, it } from 'vitest';
import { HelpRequest, parseFlags, UsageError, usage } from '#cli';
import { createTranslator, describeError, type Locale } from '#i18n';

const spec = {
  command: 'sample',
  flags: {
    prompt: { kind: 'text', default: '' },
    length: { kind: 'integer', min: 1, max: 1000, default: 120 },
    temperature: { kind: 'number', min: 0.1, max: 2, default: 0.7 },
    topK: { kind: 'integer', min: 1, max: 1000 },
    json: { kind: 'switch' },
    preset: { kind: 'choice', choices: ['seed', 'default'], default: 'seed' },
  },
} as const;

const withFile = {
  command: 'text',
  flags: { file: { kind: 'text', positional: true, required: true }, lines: { kind: 'switch' } },
} as const;

const failure = (run: () => unknown): UsageError => {
  try {
    run();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const refuse = (...argv: string[]) => failure(() => parseFlags(spec, argv));
const say = (error: UsageError, locale: Locale = 'en') => describeError(error, createTranslator(locale));

describe('parseFlags', () => {
  it('gives defaults, false for absent switches and undefined for what has no default', () => {
    const flags = parseFlags(spec, []);
    expect(flags).toEqual({
      prompt: '',
      length: 120,
      temperature: 0.7,
      topK: undefined,
      json: false,
      preset: 'seed',
    });
    const typed: number | undefined = flags.topK;
    expect(typed).toBeUndefined();
  });

  it('reads both spellings, and of two the last', () => {
    const argv = ['--prompt', '孙悟空', '--length=5', '--top-k', '40', '--json', '--length', '7'];
    expect(parseFlags(spec, argv)).toMatchObject({ prompt: '孙悟空', length: 7, topK: 40, json: true });
  });

  it.each([
    ['--temperature', '0.09'],
    ['--temperature', '2.01'],
    ['--temperature', 'NaN'],
    ['--temperature', 'Infinity'],
    ['--temperature', ''],
    ['--temperature', 'abc'],
  ])('refuses %s %s and says what is allowed', (flag, value) => {
    const sentence = say(refuse(flag, value));
    expect(sentence).toContain('from 0.1 to 2');
    expect(sentence).toContain(`“${value}”`);
  });

  it('does not take an empty value for 0', () => {
    const zero = { command: 'sample', flags: { minP: { kind: 'number', min: 0, max: 1 } } } as const;
    expect(parseFlags(zero, ['--min-p', '0']).minP).toBe(0);
    expect(failure(() => parseFlags(zero, ['--min-p='])).code).toBe('cli.not-a-number');
  });

  it('takes the ends of a range', () => {
    expect(parseFlags(spec, ['--temperature', '0.1']).temperature).toBe(0.1);
    expect(parseFlags(spec, ['--temperature', '2']).temperature).toBe(2);
  });

  it('wants whole numbers where halves mean nothing', () => {
    expect(say(refuse('--length', '1.5'))).toContain('whole number from 1 to 1000');
  });

  it('names the nearest flag for a slip of the finger, and none for something else', () => {
    expect(say(refuse('--temprature', '1'))).toContain('--temperature');
    expect(say(refuse('--topk', '1'))).toContain('--top-k');
    const far = say(refuse('--zzzzzzzzzzzz'));
    expect(far).not.toContain('Did you mean');
    expect(far).toContain('--help');
  });

  it('refuses a lost argument, a value on a switch, a missing value, a foreign choice', () => {
    expect(say(refuse('孙悟空'))).toContain('孙悟空');
    expect(refuse('--json=yes').code).toBe('cli.takes-no-value');
    expect(refuse('--prompt').code).toBe('cli.missing-value');
    expect(refuse('--prompt', '--length', '5')).toMatchObject({
      code: 'cli.missing-value',
      params: { flag: 'prompt' },
    });
    expect(parseFlags(spec, ['--prompt=--好']).prompt).toBe('--好');
    expect(parseFlags(spec, ['--prompt', '-好']).prompt).toBe('-好');
    expect(say(refuse('--preset', 'huge'))).toContain('seed, default');
  });

  it('takes one positional, and says its name when it is missing', () => {
    expect(parseFlags(withFile, ['--lines', 'novel.txt'])).toEqual({ file: 'novel.txt', lines: true });
    expect(say(failure(() => parseFlags(withFile, [])))).toContain('FILE');
    expect(failure(() => parseFlags(withFile, ['a', 'b'])).params).toEqual({ argument: 'b' });
  });

  it.each(['--help', '-h'])('asks for the usage on %s', (flag) => {
    expect(() => parseFlags(spec, ['--temperature', '1', flag])).toThrow(HelpRequest);
  });
});

describe('usage', () => {
  it.each(['en', 'zh-Hans', 'zh-Hant'] as const)(
    'lists every flag with its range and default in %s',
    (locale) => {
      const text = usage(
        { ...spec, flags: { temperature: spec.flags.temperature } },
        createTranslator(locale),
      );
      expect(text).toMatch(/--temperature 0\.1–2 {2}.*0\.7/);
      expect(text).toContain('--help');
    },
  );
});
