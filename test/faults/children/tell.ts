/**
 * Opens a core and does random things to several stories at once, until it is killed. Says of each when it begins and when
 * its promise has resolved.
 */
import { UserError } from '#errors';
import { Random } from '#random';
import { headOf, type Passage, type Person, type Story, type StoryId, type Writing } from '#stories';
import { openCore } from '../../../src/open-core.ts';
import type { Begun, Said, TellOptions } from '../said.ts';
import { KNOWN } from '../words.ts';

const { config, versions, seed, stories: count } = JSON.parse(process.argv[2]!) as TellOptions;
const random = Random.seeded(seed);
const say = (said: Said) => process.stdout.write(`${JSON.stringify(said)}\n`);
const oneOf = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
const PEOPLE: readonly Person[] = ['ann', 'ben', 'cat'].map((id) => ({
  kind: 'person',
  platform: 'test',
  id,
}));
const LEAVES = PEOPLE[2]!;
let next = 0;

say({ phase: 'opening' });
const { stories, generator } = await openCore(config, {
  onRemark: (remark) => say({ bug: `a remark: ${JSON.stringify(remark)}` }),
});
say({ phase: 'open' });

/** Text that stands nowhere else, of characters that the model knows and of some that it does not. */
function newText(): string {
  const word = () => `${seed}-${next}-${random.bits().toString(36)}`;
  const known = () => [...KNOWN][random.below([...KNOWN].length)]!;
  const length = random.below(12) === 0 ? 400 + random.below(900) : 5 + random.below(40);
  const text = Array.from({ length }, known).join('').trim();
  return `${word()}${text}${random.below(4) === 0 ? '😀龘' : ''}。`;
}

async function attempt(begun: Omit<Begun, 'begin'>, task: (n: number) => Promise<void>): Promise<void> {
  const n = next++;
  say({ begin: n, ...begun });
  try {
    await task(n);
    say({ end: n });
  } catch (error) {
    if (error instanceof UserError) say({ end: n, refused: error.code });
    else say({ bug: `${begun.op}: ${(error as Error).stack}` });
  }
}

function sayPassage(n: number, passage: Passage | undefined): void {
  if (!passage) return;
  const { id, story, parent, text, author } = passage;
  say({
    of: n,
    passage: { id, story, parent, text, ...(author.kind === 'person' && { person: author.id }) },
  });
}

function sayStory(n: number, { id, branch, branches, remembered }: Story): void {
  say({ of: n, story: { id, branch, branches, remembered } });
}

async function sayWriting(n: number, { opening, passage }: Writing): Promise<void> {
  await Promise.all([
    opening.then((saved) => sayPassage(n, saved)),
    passage.then((saved) => sayPassage(n, saved)),
  ]);
}

const settings = () => ({ length: 5 + random.below(random.below(10) === 0 ? 700 : 50), temperature: 1 });

/** Each does one thing to a story. `known`: passages of its line at hand and of its neighbourhood. */
const OPS: readonly [number, string, (n: number, id: StoryId, known: readonly Passage[]) => Promise<void>][] =
  [
    [6, 'write', async (n, id) => sayPassage(n, await stories.write(id, oneOf(PEOPLE), newText()))],
    [5, 'continue', (n, id) => sayWriting(n, stories.continue(id, oneOf(PEOPLE), { settings: settings() }))],
    [
      6,
      'continue with an opening',
      (n, id) =>
        sayWriting(n, stories.continue(id, oneOf(PEOPLE), { opening: newText(), settings: settings() })),
    ],
    [3, 'retry', (n, id) => sayWriting(n, stories.retry(id, undefined, { settings: settings() }))],
    [
      1,
      'edit',
      async (n, id, known) =>
        sayPassage(n, await stories.edit(id, oneOf(known).id, newText(), oneOf(PEOPLE))),
    ],
    [4, 'undo', async (n, id) => sayStory(n, (await stories.undo(id)).story)],
    [3, 'undo of one', async (n, id, known) => sayStory(n, (await stories.undo(id, known.at(-1)!.id)).story)],
    [4, 'redo', async (n, id) => sayStory(n, (await stories.redo(id)).story)],
    [3, 'choose', async (n, id, known) => sayStory(n, (await stories.choose(id, oneOf(known).id)).story)],
    [1, 'rewind', async (n, id, known) => sayStory(n, (await stories.rewind(id, oneOf(known).id)).story)],
    [
      1,
      'branch',
      async (n, id, known) => sayStory(n, (await stories.branch(id, `b${n}`, oneOf(known).id)).story),
    ],
    [
      2,
      'switch',
      async (n, id) => {
        const { branches } = await stories.get(id);
        sayStory(n, (await stories.switch(id, oneOf(Object.keys(branches)))).story);
      },
    ],
    [
      1,
      'rename or delete a branch',
      async (n, id) => {
        const { branches } = await stories.get(id);
        const name = oneOf(Object.keys(branches));
        const done = n % 2 ? stories.renameBranch(id, name, `c${n}`) : stories.deleteBranch(id, name);
        sayStory(n, (await done).story);
      },
    ],
    [
      1,
      'remember',
      async (n, id) => {
        await stories.remember(id, `林${n}`);
        sayStory(n, await stories.get(id));
      },
    ],
  ];
const WEIGHT = OPS.reduce((sum, [weight]) => sum + weight, 0);

function chooseOp() {
  let at = random.below(WEIGHT);
  return OPS.find(([weight]) => {
    at -= weight;
    return at < 0;
  })!;
}

/** Passages of the line at hand and their other wordings. */
async function around(id: StoryId): Promise<Passage[]> {
  const path = await stories.path(id, { last: 12 });
  if (path.length === 0) return [];
  const { passages } = await stories.alternatives(id, oneOf(path).id);
  return [...passages, ...path];
}

async function tellStory(id: StoryId): Promise<void> {
  for (;;) {
    const known = await around(id);
    if (known.length === 0) {
      await attempt({ op: 'write', story: id }, async (n) =>
        sayPassage(n, await stories.write(id, oneOf(PEOPLE), newText())),
      );
      continue;
    }
    if (random.below(25) === 0) await eraseOne(id, oneOf(known));
    // Now and then several at once, which are done in order of arrival.
    const together = random.below(4) === 0 ? 3 : 1;
    await Promise.all(
      Array.from({ length: together }, () => {
        const [, op, task] = chooseOp();
        return attempt({ op, story: id }, (n) => task(n, id, known));
      }),
    );
  }
}

const eraseOne = (id: StoryId, passage: Passage) =>
  attempt({ op: 'erase', story: id, erases: passage.id }, () =>
    stories.erase(id, passage.id, { by: PEOPLE[0]!, operator: true }),
  );

async function swap(): Promise<void> {
  for (;;) {
    const uses = oneOf(versions);
    await attempt({ op: 'swap', uses }, () => generator.use('starter', uses));
    if (random.below(20) === 0)
      await attempt(
        { op: 'erase all', erasesAllBy: LEAVES.id },
        async () => void (await stories.eraseAllBy(LEAVES)),
      );
    await new Promise((resolve) => setTimeout(resolve, random.below(300)));
  }
}

async function storyAt(place: string): Promise<StoryId> {
  const current = await stories.current(place);
  if (current) {
    // Whatever was interrupted, the way to the start can be read.
    const path = await stories.path(current.id, { last: 2 ** 30 });
    const head = headOf(current);
    if ((path.at(-1)?.id ?? null) !== head || (path[0] && path[0].parent !== null))
      say({ bug: `the line of ${current.id} does not lead from its start to its head` });
    return current.id;
  }
  const made = await stories.create(place);
  sayStory(-1, made);
  return made.id;
}

const places = Array.from({ length: count }, (_, at) => `place-${at}`);
await Promise.all([swap(), ...places.map(async (place) => tellStory(await storyAt(place)))]);
