import { parseArgs } from 'node:util';
import leven from 'leven';
import { UserError } from '#errors';

/** One flag. Numbers are refused outside `min`…`max`; `positional` stands without its name (one a command). */
export type Flag =
  | { readonly kind: 'switch' }
  | { readonly kind: 'text'; readonly default?: string; readonly required?: true; readonly positional?: true }
  | {
      readonly kind: 'integer' | 'number';
      readonly min: number;
      readonly max: number;
      readonly default?: number;
      readonly required?: true;
    }
  | {
      readonly kind: 'choice';
      readonly choices: readonly string[];
      readonly default?: string;
      readonly required?: true;
    };

/** The flags of a command. A flag `topK` is typed `--top-k`; its words are `cli.<command>.flags.top-k`. */
export type FlagSpec = { readonly command: string; readonly flags: Readonly<Record<string, Flag>> };

type Typed<F extends Flag> = F extends { kind: 'switch' }
  ? boolean
  : F extends { kind: 'integer' | 'number' }
    ? number
    : F extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string;
type Given<F extends Flag> = F extends { kind: 'switch' } | { default: unknown } | { required: true }
  ? Typed<F>
  : Typed<F> | undefined;
export type FlagValues<S extends FlagSpec> = { readonly [K in keyof S['flags']]: Given<S['flags'][K]> };

/** The command was typed in a way that it does not understand: exit code 2. */
export class UsageError extends UserError {}

/** Someone asked for `--help`; `runCommand` prints the usage and ends well. */
export class HelpRequest extends Error {
  readonly spec: FlagSpec;
  constructor(spec: FlagSpec) {
    super('--help');
    this.spec = spec;
  }
}

/** `topK` → `top-k`. */
export const flagName = (key: string): string => key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

/**
 * Reads a command line strictly; of a flag given twice the last counts.
 * @throws UsageError what was typed wrong and what is allowed
 * @throws HelpRequest on `--help` and `-h`
 */
export function parseFlags<const S extends FlagSpec>(spec: S, argv = process.argv.slice(2)): FlagValues<S> {
  const keys = new Map(Object.keys(spec.flags).map((key) => [flagName(key), key]));
  const options = Object.fromEntries(
    [...keys].map(([name, key]) => {
      const type = spec.flags[key]!.kind === 'switch' ? ('boolean' as const) : ('string' as const);
      return [name, { type }];
    }),
  );
  const { tokens } = parseArgs({ args: argv, options, strict: false, allowPositionals: true, tokens: true });

  const values: Record<string, unknown> = {};
  const loose: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') loose.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help' || token.name === 'h') throw new HelpRequest(spec);
    const key = keys.get(token.name);
    if (key === undefined) throw unknownFlag(token.rawName, [...keys.keys()]);
    // A flag behind a flag is the next one, not a value; --prompt=--so is how to mean it.
    const value = token.inlineValue || !token.value?.startsWith('--') ? token.value : undefined;
    values[key] = readValue(token.name, spec.flags[key]!, value);
  }
  for (const [key, flag] of Object.entries(spec.flags)) {
    if (flag.kind === 'text' && flag.positional && values[key] === undefined) values[key] = loose.shift();
    if (flag.kind === 'switch') values[key] ??= false;
    else values[key] ??= flag.default;
    if (values[key] === undefined && 'required' in flag) {
      const positional = 'positional' in flag;
      throw new UsageError('cli.missing', { name: positional ? key.toUpperCase() : `--${flagName(key)}` });
    }
  }
  if (loose.length > 0) throw new UsageError('cli.extra-argument', { argument: loose[0]! });
  return values as FlagValues<S>;
}

function readValue(name: string, flag: Flag, value: string | undefined): string | number | boolean {
  if (flag.kind === 'switch') {
    if (value !== undefined) throw new UsageError('cli.takes-no-value', { flag: name });
    return true;
  }
  if (value === undefined) throw new UsageError('cli.missing-value', { flag: name });
  if (flag.kind === 'text') return value;
  if (flag.kind === 'choice') {
    if (flag.choices.includes(value)) return value;
    throw new UsageError('cli.not-a-choice', { flag: name, value, choices: flag.choices.join(', ') });
  }
  const number = value.trim() === '' ? Number.NaN : Number(value);
  const fits =
    number >= flag.min && number <= flag.max && (flag.kind === 'number' || Number.isSafeInteger(number));
  if (fits) return number;
  throw new UsageError(`cli.not-${flag.kind === 'number' ? 'a-number' : 'an-integer'}`, {
    flag: name,
    value,
    min: String(flag.min),
    max: String(flag.max),
  });
}

function unknownFlag(typed: string, names: readonly string[]): UsageError {
  const bare = typed.replace(/^-+/, '');
  const nearest = [...names, 'help'].sort((a, b) => leven(a, bare) - leven(b, bare))[0]!;
  const near = leven(nearest, bare) <= Math.max(2, bare.length / 2);
  return new UsageError('cli.unknown-flag', { flag: typed, suggestion: near ? nearest : 'none' });
}
