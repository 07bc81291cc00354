/** Does one thing to a very deep story, and says how long each step of it took and how much memory the process had at most. */
import type { FiledPassage, StoryFile } from '#books';
import { makeBookOf } from '#platforms/console';
import { openCore } from '../../../src/open-core.ts';
import type { DeepOptions, DeepReport } from '../deep.ts';

const { config, task, depth } = JSON.parse(process.argv[2]!) as DeepOptions;
const me = { kind: 'person', platform: 'test', id: 'ming' } as const;
const settings = { length: 20 };
const milliseconds: Record<string, number> = {};

async function timed<T>(name: string, action: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const result = await action();
  milliseconds[name] = Math.round(performance.now() - begun);
  return result;
}

/** One line of passages, with another wording half way. */
function deepStory(): StoryFile {
  const passage = (id: string, parent: string | null, at: number): FiledPassage => ({
    id,
    parent,
    turn: id,
    author: me,
    text: `第${at}段听了大笑。`,
    at,
  });
  const passages = Array.from({ length: depth }, (_, n) => passage(`p${n}`, n === 0 ? null : `p${n - 1}`, n));
  passages.push(passage('other', `p${Math.floor(depth / 2)}`, depth));
  return {
    format: 'xuxie-story',
    version: 1,
    id: 's',
    title: '深',
    line: 'starter',
    createdAt: 0,
    branch: 'main',
    branches: { main: `p${depth - 1}` },
    remembered: [],
    chosen: {},
    passages,
  };
}

await using core = await timed('open', () => openCore(config));
const { stories, generator } = core;
switch (task.kind) {
  case 'load': {
    const file = deepStory();
    const { id } = await timed('load', () => stories.load(file, 'console'));
    const line = await stories.path(id, { last: 2 ** 30 });
    const { passages } = await stories.alternatives(id, line[Math.floor(depth / 2) + 1]!.id);
    report({ story: id, other: passages.find((passage) => passage.id !== line[passage.depth - 1]!.id)!.id });
    break;
  }
  case 'tell': {
    const { story: id, other } = task;
    const first = await timed('continue', () => stories.continue(id, me, { settings }).passage);
    await timed('continue again', () => stories.continue(id, me, { opening: '又来了。', settings }).passage);
    await timed('undo', () => stories.undo(id));
    await timed('redo', () => stories.redo(id));
    await timed('tree', () => stories.tree(id));
    await timed('rewind to the start', () => stories.rewind(id, null));
    await timed('back', () => stories.redo(id));
    await timed('choose half way', () => stories.choose(id, other));
    await timed('continue there', () => stories.continue(id, me, { settings }).passage);
    await timed('choose back', () => stories.choose(id, first!.id));
    const { same } = await timed('replay', () => stories.replay(id, first!.id));
    report({ same, depth: first!.depth });
    break;
  }
  case 'read': {
    const line = await timed('read', () => stories.path(task.story, { last: 2 ** 30 }));
    report({ length: line.length, whole: line.every(({ depth: at }, n) => at === n + 1) });
    break;
  }
  case 'erase': {
    const [first] = await stories.path(task.story, { last: 2 ** 30 });
    await timed('erase the first', () => stories.erase(task.story, first!.id, { by: me }));
    const line = await stories.path(task.story, { last: 2 ** 30 });
    report({ length: line.length, erased: line[0]?.erased === true });
    break;
  }
  case 'export': {
    const { format } = task;
    const story = await stories.get(task.story);
    const { bytes } = await timed(`export as ${format}`, () =>
      makeBookOf({ stories, models: generator }, story, format, 'zh-Hans'),
    );
    report({ bytes: bytes.length });
  }
}

function report(found: DeepReport['found']): void {
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(`${JSON.stringify({ milliseconds, peakMiB, found } satisfies DeepReport)}\n`);
}
