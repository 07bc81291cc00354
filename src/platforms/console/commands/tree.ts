import stringWidth from 'string-width';
import type { FiledPassage } from '#books';
import type { Chat } from '../chat.ts';
import { drawTree } from '../draw-tree.ts';
import { ME } from '../last-typed.ts';
import { numberPassages, readNumber } from '../numbers.ts';
import { shorten } from '../wrap-remark.ts';
import { sayUsage } from './usage.ts';

/** What is drawn of a large tree. */
const AROUND = { up: 10, wide: 6 };
/** Columns that a passage is drawn in at most: some twelve characters. */
const FIRST_WORDS = 26;
/** Passages of each side that a comparison prints. */
const COMPARED = 20;

/** Draws the tree around the place, or (typed anything) all of it. */
export async function tree(chat: Chat, typed: string): Promise<void> {
  const numbered = await numberPassages(chat);
  const { passages, head, numberOf, story } = numbered;
  if (passages.length === 0) return chat.say('chat.empty');
  const { above, rows } = drawTree(passages, head, typed === '' ? AROUND : undefined);
  const named = Object.entries(story.branches).length > 1 ? Object.entries(story.branches) : [];
  const digits = String(passages.length).length;
  const who = rows.map(({ passage }) => whoWrote(chat, passage));
  const widest = Math.max(...who.map((name) => stringWidth(name)));
  const columns = chat.columns ?? 80;
  const drawn = rows.map(async ({ passage, lines, more }, index) => {
    const mark = passage.id === head ? '●' : ' ';
    const name = who[index]! + ' '.repeat(widest - stringWidth(who[index]!));
    const before = `${mark} ${String(numberOf(passage.id)).padStart(digits)} ${name} ${lines}`;
    const branches = named.flatMap(([branch, at]) => (at === passage.id ? [branch] : []));
    const behind = `${more > 0 ? ` +${more}` : ''}${branches.map((branch) => ` [${branch}]`).join('')}`;
    const room = columns - stringWidth(before) - stringWidth(behind) - 1;
    return `${before}${await firstWords(chat, passage, Math.max(4, Math.min(FIRST_WORDS, room)))}${behind}`;
  });
  if (above > 0) chat.say('chat.tree-above', { count: above });
  chat.print(await Promise.all(drawn));
  if (head === null) chat.say('chat.tree-start');
  chat.say('chat.tree-keys');
}

/** Goes to a passage of whatever line, with 0 to before the first. */
export async function goTo(chat: Chat, typed: string): Promise<void> {
  if (typed === '') return sayUsage(chat, 'goto');
  const { story, passages, passageAt, numberOf, head } = await numberPassages(chat);
  const id = chat.id!;
  // Going moves the end of the branch, which matters where another can be gone back to.
  const branch = Object.keys(story.branches).length > 1 ? story.branch : 'none';
  if (readNumber(typed) === 0) {
    await chat.stories.rewind(id, null);
    return chat.say('chat.at-start', { branch });
  }
  const passage = passageAt(typed);
  await chat.stories.choose(id, passage.id);
  await chat.stories.rewind(id, passage.id);
  const isThere = story.branches[story.branch] === passage.id;
  await chat.showEnd(isThere ? 'chat.already-there' : 'chat.went', {
    number: numberOf(passage.id),
    branch,
    back: isBefore(passages, passage.id, head) ? 'redo' : String(head === null ? 0 : numberOf(head)),
  });
}

/** Whether a passage stands on the way to another, or is it. */
function isBefore(passages: readonly FiledPassage[], id: string, other: string | null): boolean {
  const parents = new Map(passages.map((passage) => [passage.id, passage.parent]));
  let at = other;
  while (at !== null && at !== id) at = parents.get(at) ?? null;
  return at === id;
}

/** Shows where two passages part, and what follows on each side. */
export async function compare(chat: Chat, typed: string): Promise<void> {
  const numbered = await numberPassages(chat);
  const [first = '', second = ''] = typed.split(/[\s,，、]+/);
  if (first === '') return sayUsage(chat, 'compare');
  const { passageAt, numberOf, head } = numbered;
  const one = passageAt(first).id;
  const other = second === '' ? head : passageAt(second).id;
  if (other === null) return sayUsage(chat, 'compare');
  const found = await chat.stories.compare(chat.id!, one, other, COMPARED);
  if (found.shared) {
    const words = await firstWords(chat, found.shared, FIRST_WORDS);
    chat.say('chat.compare-shared', { number: numberOf(found.shared.id), words });
  } else chat.say('chat.compare-start');
  for (const [id, passages, more] of [
    [one, found.one, found.more.one],
    [other, found.other, found.more.other],
  ] as const) {
    chat.say(passages.length === 0 ? 'chat.compare-nothing' : 'chat.compare-side', { number: numberOf(id) });
    if (passages.length > 0) await chat.showTurn(passages, found.shared ?? undefined);
    if (more > 0) chat.say('chat.compare-more', { count: more });
  }
}

/** Who wrote a passage, in a word. */
export function whoWrote(chat: Chat, { author, erased }: Pick<FiledPassage, 'author' | 'erased'>): string {
  if (erased || author.kind === 'nobody') return chat.t('chat.nobody');
  if (author.kind === 'model') return chat.t('chat.model-wrote');
  if (author.platform === ME.platform && author.id === ME.id) return chat.t('chat.you-wrote');
  return shorten(author.name ?? author.platform, 8);
}

/** How a passage begins. */
export async function firstWords(
  chat: Chat,
  passage: Pick<FiledPassage, 'author' | 'text' | 'erased'>,
  columns: number,
): Promise<string> {
  return shorten(passage.erased ? chat.t('chat.erased-text') : await chat.textOf(passage), columns);
}
