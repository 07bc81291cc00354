import { isSnapshot, MEMORY, type Origin, type Reading, type Segment } from '#generation';
import type { Spot } from './lineage.ts';
import type { Passage, PassageId } from './records.ts';

/** Characters that a reading which does not go back to its origin has at least, and states kept on the way. */
const FAR = { characters: 2 * MEMORY, kept: 2 } as const;

/** Passages that a reading looks at; erased ones have no characters, and there may be any number of them. */
const MOST_PASSAGES = 2 ** 13;

export type ReadingRequest = {
  /** Behind what is to be written. */
  readonly parent: Spot;
  /** Whose passages tell where reading begins. */
  readonly line: string;
  readonly version: string;
  /** Where the reading is to begin, whatever the receipts say. */
  readonly origin?: Origin;
  /** The segments go back to the origin, however far that is. */
  readonly entire?: boolean;
};

export type ReadingSources = {
  readonly get: (id: PassageId) => Promise<Passage | undefined>;
  /** A passage in the model's script. */
  readonly textOf: (passage: Passage) => Promise<string>;
};

/** A passage on the way back, with its text as the model reads it. */
type Step = { readonly passage: Passage; readonly text: string; readonly count: number };

/** How far back a walk went, and how many of its steps the segments take. */
type Walk = { readonly steps: readonly Step[]; readonly taken: number; readonly origin: Origin | undefined };

/**
 * What a model reads before it writes behind a passage. The origin is inherited from the receipt of the nearest
 * passage of the same version at most `MEMORY` characters back; where there is none, reading begins that far back.
 * Besides the reading, the passages that are wholly in its segments.
 */
export async function buildReading(
  request: ReadingRequest,
  sources: ReadingSources,
): Promise<{ readonly reading: Reading; readonly passages: readonly Passage[] }> {
  const walk = await walkBack(request, sources);
  const { origin, taken } = walk.origin ? { ...walk, origin: walk.origin } : cut(walk.steps);
  const from = idOf(origin);
  const segments: Segment[] = [];
  const passages: Passage[] = [];
  for (const { passage, text } of walk.steps.slice(0, taken).reverse()) {
    const skipped = passage.id === from ? skippedBy(origin) : 0;
    const rest = skipped === 0 ? text : [...text].slice(skipped).join('');
    if (rest !== '') segments.push({ passage: passage.id, text: rest, end: passage.end });
    if (skipped === 0) passages.push(passage);
  }
  const oldest = walk.steps[taken - 1]?.passage;
  const whole = from === undefined ? !oldest || oldest.parent === null : oldest?.id === from;
  return { reading: { origin, segments, whole, recent: recentOf(walk.steps) }, passages };
}

async function walkBack(
  { parent, line, version, origin: given, entire = false }: ReadingRequest,
  { get, textOf }: ReadingSources,
): Promise<Walk> {
  const steps: Step[] = [];
  let origin = given;
  let taken: number | undefined;
  let distance = 0;
  let kept = 0;
  for (let here: Spot | undefined = parent; here && (entire || steps.length < MOST_PASSAGES); ) {
    const { receipt } = here;
    if (!origin && receipt?.version === version && receipt.line === line) origin = receipt.origin;
    const text = await textOf(here);
    const count = [...text].length;
    steps.push({ passage: here, text, count });
    distance += count;
    if (isSnapshot(here.end - [...here.text].length, here.end)) kept++;
    const isFar = !entire && distance >= FAR.characters && kept >= FAR.kept;
    if (origin && (isFar || idOf(origin) === here.id)) taken ??= steps.length;
    if (origin ? taken !== undefined && distance >= MEMORY : distance > MEMORY) break;
    here = here.parent === null ? null : await get(here.parent);
  }
  return { steps, taken: taken ?? steps.length, origin };
}

/** A new origin `MEMORY` characters back, or at the start of a shorter story, and the steps that lead to it. */
function cut(steps: readonly Step[]): { readonly origin: Origin; readonly taken: number } {
  const oldest = steps.at(-1);
  const taken = steps.length;
  const skipped = steps.reduce((sum, { count }) => sum + count, 0) - MEMORY;
  if (!oldest || (oldest.passage.parent === null && skipped <= 0)) return { origin: 'start', taken };
  if (skipped < oldest.count) return { origin: `${oldest.passage.id}+${Math.max(0, skipped)}`, taken };
  return { origin: `${steps[taken - 2]!.passage.id}+0`, taken: taken - 1 };
}

/** The last `MEMORY` characters of a walk. */
function recentOf(steps: readonly Step[]): string {
  let recent = '';
  for (const { text } of steps) {
    if (recent.length >= 2 * MEMORY) break;
    recent = text + recent;
  }
  return [...recent].slice(-MEMORY).join('');
}

const idOf = (origin: Origin): PassageId | undefined =>
  origin === 'start' ? undefined : origin.slice(0, origin.lastIndexOf('+'));

const skippedBy = (origin: Origin): number => Number(origin.slice(origin.lastIndexOf('+') + 1));
