import type { FiledPassage, FiledReceipt } from '#books';
import { UserError } from '#errors';
import type { MessageKey } from '#i18n';
import type { Chat } from '../chat.ts';
import { type Numbered, numberPassages } from '../numbers.ts';
import { firstWords } from './tree.ts';

const COLUMNS = 30;
/** Settings that a receipt shows, in this order. */
const SHOWN = [
  'temperature',
  'length',
  'paragraphTemperature',
  'repetition',
  'cache',
  'minP',
  'topK',
  'topP',
] as const;

/** What a passage of the model was made of. */
export async function receipt(chat: Chat, typed: string): Promise<void> {
  const numbered = await numberPassages(chat);
  const passage = theModels(numbered, typed);
  const { receipt: found, bits } = passage;
  const number = numbered.numberOf(passage.id);
  if (!found) {
    if (passage.author.kind === 'model' || passage.erased) throw new UserError('story.no-receipt');
    return chat.say('chat.receipt-person', { number, bits: bits === undefined ? 'none' : bits.toFixed(2) });
  }
  const { t } = chat;
  const row = (key: MessageKey, value: string): [string, string] => [t(key), value];
  const names = list(found.settings.remembered);
  const banned = list(found.settings.banned);
  chat.list([
    row('chat.receipt.passage', `${number} ${await firstWords(chat, passage, COLUMNS)}`),
    row('chat.receipt.version', `${found.line} ${found.version}`),
    row('chat.receipt.seed', String(found.seed)),
    row('chat.receipt.settings', settingsOf(chat, found)),
    ...(names ? [row('chat.receipt.names', names)] : []),
    ...(banned ? [row('chat.receipt.banned', banned)] : []),
    row('chat.receipt.parent', await parentOf(chat, numbered, found)),
    row('chat.receipt.origin', originOf(chat, numbered, found)),
    row('chat.receipt.cpu', found.cpu),
    row('chat.receipt.runtime', found.runtime),
    ...(found.stopped ? [row('chat.receipt.end', t('chat.receipt.stopped'))] : []),
  ]);
  chat.say('chat.receipt-keys', { number });
}

/** Has the model write a passage once more from its receipt, and compares. */
export async function replay(chat: Chat, typed: string): Promise<void> {
  const numbered = await numberPassages(chat);
  const passage = theModels(numbered, typed);
  const number = numbered.numberOf(passage.id);
  chat.say('chat.replaying', { number });
  await chat.options.lines.during(async (signal) => {
    const { same, text, expected, elsewhere } = await chat.stories.replay(chat.id!, passage.id, { signal });
    if (signal.aborted) return chat.say('chat.replay-stopped');
    if (same) return chat.say('chat.replay-same', { number, count: [...expected].length });
    const at = firstDifference([...expected], [...text]);
    chat.say('chat.replay-differs', { number, at: at + 1 });
    chat.list([
      [chat.t('chat.replay-then'), around(expected, at)],
      [chat.t('chat.replay-now'), around(text, at)],
    ]);
    if (elsewhere) chat.say('chat.replay-elsewhere', { ...elsewhere });
  });
}

/** The passage of a number, or the last that the model wrote. */
function theModels({ passages, head, passageAt }: Numbered, typed: string): FiledPassage {
  if (typed !== '') return passageAt(typed);
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  for (let at = head; at !== null; ) {
    const passage = byId.get(at)!;
    if (passage.author.kind === 'model') return passage;
    at = passage.parent;
  }
  throw new UserError('chat.no-model-text');
}

const list = (value: FiledReceipt['settings'][string]): string =>
  Array.isArray(value) ? value.join('、') : '';

function settingsOf({ t }: Chat, { settings }: FiledReceipt): string {
  return SHOWN.flatMap((name) => {
    const value = settings[name];
    return value === undefined ? [] : [`${t(`chat.setting.${name}`)} ${value}`];
  }).join(' · ');
}

async function parentOf(
  chat: Chat,
  { passages, numberOf }: Numbered,
  { parent }: FiledReceipt,
): Promise<string> {
  const passage = passages.find(({ id }) => id === parent);
  if (!passage) return chat.t('chat.receipt.at-start');
  return `${numberOf(passage.id)} ${await firstWords(chat, passage, COLUMNS)}`;
}

function originOf({ t }: Chat, { numberOf }: Numbered, { origin }: FiledReceipt): string {
  const plus = origin.lastIndexOf('+');
  if (plus < 0) return t('chat.receipt.at-start');
  const skipped = Number(origin.slice(plus + 1));
  return t('chat.receipt.from', { number: numberOf(origin.slice(0, plus)), at: skipped + 1 });
}

function firstDifference(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((character, index) => character !== other[index]);
  return at < 0 ? one.length : at;
}

/** A little of a text before and behind a place. */
function around(text: string, at: number): string {
  const characters = [...text];
  const start = Math.max(0, at - 6);
  const end = at + 14;
  return `${start > 0 ? '…' : ''}${characters.slice(start, end).join('')}${end < characters.length ? '…' : ''}`.replaceAll(
    '\n',
    '↵',
  );
}
