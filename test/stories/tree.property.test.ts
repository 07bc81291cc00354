import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '#errors';
import { type Passage, Stories, type Story } from '#stories';
import { PlainTree } from './plain-tree.ts';
import { drawn, hong, ming, tell } from './tell.ts';

/** Something asked of a story; numbers choose among what there is. */
const command = fc.oneof(
  fc.record({ kind: fc.constant('write' as const) }),
  fc.record({ kind: fc.constant('continue' as const), opening: fc.boolean() }),
  fc.record({ kind: fc.constant('retry' as const), which: fc.nat(), onPath: fc.boolean() }),
  fc.record({ kind: fc.constant('undo' as const), which: fc.nat(3), onPath: fc.boolean() }),
  fc.record({ kind: fc.constant('undo' as const), which: fc.constant(0), onPath: fc.constant(true) }),
  fc.record({ kind: fc.constant('redo' as const) }),
  fc.record({ kind: fc.constant('choose' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('edit' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('rewind' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('branch' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('switch' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('reopen' as const) }),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(1, from.length)];
const nodeOf = ({ id, parent, turn, instead }: Passage) => ({ id, parent, turn, instead });

/** Does the same in a real story and in a plain one. */
async function act(stories: Stories, { id }: Story, plain: PlainTree, asked: Command): Promise<void> {
  const all = [...plain.nodes.keys()];
  const path = plain.path();
  switch (asked.kind) {
    case 'write':
      return plain.add(nodeOf(await stories.write(id, hong, '去也！')));
    case 'continue': {
      const writing = stories.continue(id, ming, {
        settings: { length: 5 },
        ...(asked.opening && { opening: '云' }),
      });
      const opening = await writing.opening;
      if (opening) plain.add(nodeOf(opening));
      return plain.add(nodeOf(await drawn(writing)));
    }
    case 'retry': {
      const old = pick(asked.onPath ? path : all, asked.which);
      if (old === undefined) return;
      const made = await stories.retry(id, old, { settings: { length: 5 } }).passage.catch(refused);
      if (made) plain.add(nodeOf(made));
      return;
    }
    case 'undo': {
      const named = (asked.onPath ? path : all).at(-1 - asked.which);
      if (named === undefined) return;
      expect((await stories.undo(id, named)).undone).toBe(plain.undo(named));
      return;
    }
    case 'redo':
      expect(Boolean(await stories.redo(id).catch(refused))).toBe(plain.redo());
      return;
    case 'choose': {
      const other = pick(all, asked.which);
      if (other === undefined) return;
      await stories.choose(id, other);
      return plain.choose(other);
    }
    case 'edit': {
      const old = pick(all, asked.which);
      if (old !== undefined) plain.add(nodeOf(await stories.edit(id, old, '不去！', hong)));
      return;
    }
    case 'rewind': {
      const to = pick(path, asked.which);
      if (to === undefined) return;
      await stories.rewind(id, to);
      return plain.rewind(to);
    }
    case 'branch': {
      const name = `b${plain.branches.size}`;
      const at = pick(all, asked.which);
      await stories.branch(id, name, at);
      plain.branches.set(name, at ?? plain.head);
      return plain.switch(name);
    }
    case 'switch': {
      const name = pick([...plain.branches.keys()], asked.which)!;
      await stories.switch(id, name);
      return plain.switch(name);
    }
  }
}

const refused = (error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  return undefined;
};

it.each([
  ['with records at hand', 2 ** 20],
  ['without', 1],
])('does what a plain tree does, %s', async (_, hotBytes) => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40, size: 'max' }), async (commands) => {
      const { options, ...told } = tell({ hotBytes });
      let { stories } = told;
      const story = await stories.create('here');
      const plain = new PlainTree();
      for (const asked of commands) {
        if (asked.kind === 'reopen') stories = await Stories.open(options);
        else await act(stories, story, plain, asked);
        const path = await stories.path(story.id, { last: 1000 });
        expect(path.map(({ id }) => id)).toEqual(plain.path());
        expect((await stories.get(story.id)).branches).toEqual(Object.fromEntries(plain.branches));
        for (const { id, depth } of path) {
          const { passages, chosen } = await stories.alternatives(story.id, id);
          expect(passages.map((passage) => passage.id)).toEqual(plain.siblings(id));
          expect(chosen).toBe(id);
          expect(depth).toBe(plain.path(id).length);
        }
      }
    }),
    { numRuns: 60 },
  );
});

it('comes back to where it was from any other wording', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 30, size: 'max' }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
      async (commands, others) => {
        const { stories } = tell();
        const story = await stories.create('here');
        const plain = new PlainTree();
        for (const asked of commands) if (asked.kind !== 'reopen') await act(stories, story, plain, asked);
        const path = await stories.path(story.id, { last: 1000 });
        // Away, at any place, and back at the same place.
        for (const which of others) {
          const from = pick(path, which);
          if (!from) return;
          const { passages } = await stories.alternatives(story.id, from.id);
          const other = pick(passages, which)!;
          await stories.choose(story.id, other.id);
          await stories.choose(story.id, from.id);
          expect(await stories.path(story.id, { last: 1000 })).toEqual(path);
        }
      },
    ),
    { numRuns: 60 },
  );
});
