import { z } from 'zod';
import { UserError } from '#errors';
import type { FiledPassage, Setting, StoryFile } from './story.ts';

const CONTROL = /\p{Cc}/u;
const CONTROL_IN_TEXT = /[^\P{Cc}\n\t]/u;
/** What tells an unfit character from a field that is wrong altogether. */
const UNFIT = 'unfit character';

const without = (control: RegExp) =>
  z.string().refine((text) => text.isWellFormed() && !control.test(text), { error: UNFIT });
const text = without(CONTROL_IN_TEXT);
const line = without(CONTROL);
const name = line.min(1);
const id = z.string().regex(/^[\w.:-]{1,64}$/);
const time = z.int().min(0).max(8.64e15);

/**
 * An array or a record of which the first wrong element is reported and the rest left unread: of millions of wrong
 * ones, a list of all would not fit into memory.
 */
const arrayOf = <T>(element: z.ZodType<T>, most = Number.POSITIVE_INFINITY) =>
  z.unknown().transform((value, context): T[] => {
    if (!Array.isArray(value) || value.length > most) return wrong(context);
    const elements: T[] = [];
    for (const [index, one] of value.entries()) {
      const result = element.safeParse(one);
      if (!result.success) return wrong(context, index, result.error);
      elements.push(result.data);
    }
    return elements;
  });

/** Without a prototype, so that no key means anything but itself; zod's own record loses `__proto__`. */
const recordOf = <T>(keys: z.ZodType<string>, values: z.ZodType<T>) =>
  z.unknown().transform((value, context): Record<string, T> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(context);
    const record: Record<string, T> = Object.create(null);
    for (const [key, one] of Object.entries(value)) {
      if (one === undefined) continue;
      const allowed = keys.safeParse(key);
      if (!allowed.success) return wrong(context, key, allowed.error);
      const result = values.safeParse(one);
      if (!result.success) return wrong(context, key, result.error);
      record[key] = result.data;
    }
    return record;
  });

function wrong(context: z.core.$RefinementCtx, key?: string | number, error?: z.ZodError): never {
  const issue = error?.issues[0];
  const path = [...(key === undefined ? [] : [key]), ...(issue?.path ?? [])];
  context.addIssue({ code: 'custom', message: issue?.message ?? '', path });
  return z.NEVER;
}

const author = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('model') }),
  z.strictObject({ kind: z.literal('nobody') }),
  z.strictObject({ kind: z.literal('person'), platform: name, id: name, name: line.optional() }),
]);

const setting: z.ZodType<Setting> = z.union([
  text,
  z.number(),
  z.boolean(),
  z.null(),
  arrayOf(z.union([text, z.number()])),
]);

const receipt = z.strictObject({
  line: name,
  version: name,
  origin: z.string().regex(/^(?:start|[\w.:-]{1,64}\+\d{1,15})$/),
  parent: id.nullable(),
  seed: z.int().min(0),
  settings: recordOf(name, setting),
  cpu: line,
  runtime: line,
  stopped: z.literal(true).optional(),
});

const passage: z.ZodType<FiledPassage> = z
  .strictObject({
    id,
    parent: id.nullable(),
    turn: id,
    author,
    text,
    at: time,
    receipt: receipt.optional(),
    bits: z.number().min(0).optional(),
    instead: id.optional(),
    erased: z.literal(true).optional(),
    receiptErased: z.literal(true).optional(),
  })
  .refine(({ erased, text, receipt, bits }) => !erased || (text === '' && !receipt && bits === undefined), {
    path: ['erased'],
  });

const header: z.ZodType<Omit<StoryFile, 'passages'>> = z
  .strictObject({
    format: z.literal('xuxie-story'),
    version: z.literal(1),
    id,
    title: line.nullable(),
    line: name,
    createdAt: time,
    branch: name,
    branches: recordOf(name, id.nullable()),
    remembered: arrayOf(name),
    chosen: recordOf(id, id),
    passages: z.unknown(),
  })
  .transform(({ passages, ...rest }) => rest);

/**
 * Everything of a story file but its passages.
 * @throws UserError `books.wrong-field`, `books.unfit-character`
 */
export function readHeader(value: unknown): Omit<StoryFile, 'passages'> {
  return read(header, value, []);
}

/**
 * One passage of a story file; `index` is its place in the list.
 * @throws UserError `books.wrong-field`, `books.unfit-character`
 */
export function readPassage(value: unknown, index: number): FiledPassage {
  return read(passage, value, ['passages', index]);
}

function read<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const inside = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const place = placeOf([...path, ...issue.path, ...inside]);
  throw issue.message === UNFIT
    ? new UserError('books.unfit-character', { place })
    : new UserError('books.wrong-field', { place });
}

/** `passages[3].author.kind`; what a file calls its fields is not trusted to be printable. */
function placeOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) =>
    typeof part === 'number'
      ? `[${part}]`
      : `.${String(part).toWellFormed().replaceAll(/\p{C}/gu, '?').slice(0, 40)}`,
  );
  return parts.join('').replace(/^\./, '') || 'JSON';
}
