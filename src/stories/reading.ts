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
type Step = { readonly passage: Passage; readonly text: string; readonly characters: readonly string[] };

/**
 * What a model reads before it writes behind a passage. The origin is inherited from the receipt of the nearest
 * passage of the same version at most `MEMORY` characters back; where there is none, reading begins that far back.
 * Besides the reading, the passages that are wholly in its segments.
 */
export async function buildReading(
  { parent, version, origin: given, entire = false }: ReadingRequest,
  { get, textOf }: ReadingSources,
): Promise<{ readonly reading: Reading; readonly passages: readonly Passage[] }> {
  const steps: Step[] = [];
  let origin = given;
  let distance = 0;
  let kept = 0;
  /** How many steps the segments take. */
  let taken: number | undefined;
  let begun = false;
  let last: Passage | undefined;
  for (let here: Spot | undefined = parent; here && steps.length < MOST_PASSAGES; ) {
    if (!origin && distance <= MEMORY && here.receipt?.version === version) origin = here.receipt.origin;
    const text = await textOf(here);
    const characters = [...text];
    steps.push({ passage: here, text, characters });
    distance += characters.length;
    last = here;
    if (text !== '' && isSnapshot(here.end - [...here.text].length, here.end)) kept++;
    if (taken === undefined && origin && idOf(origin) === here.id) {
      taken = steps.length;
      begun = true;
    }
    const isFar = distance >= FAR.characters && kept >= FAR.kept;
    if (taken === undefined && origin && isFar && !entire) taken = steps.length;
    if (taken === undefined && !origin && distance > MEMORY) break;
    if (taken !== undefined && distance >= MEMORY) break;
    here = here.parent === null ? null : await get(here.parent);
  }
  const recent = steps.flatMap(({ characters }) => characters.toReversed());
  const atStart = last === undefined || last.parent === null;
  const cut = origin ? { origin, taken: taken ?? steps.length } : cutAt(steps, distance - MEMORY, atStart);
  return assemble(steps, {
    ...cut,
    whole: !origin || begun || (origin === 'start' && atStart && cut.taken === steps.length),
    recent: recent.slice(0, MEMORY).reverse().join(''),
  });
}

/** A new origin, behind the first `skipped` characters of what was walked through. */
function cutAt(
  steps: readonly Step[],
  skipped: number,
  atStart: boolean,
): { readonly origin: Origin; readonly taken: number } {
  const oldest = steps.at(-1);
  const taken = steps.length;
  if (!oldest || (atStart && skipped <= 0)) return { origin: 'start', taken };
  if (skipped < oldest.characters.length)
    return { origin: `${oldest.passage.id}+${Math.max(0, skipped)}`, taken };
  return { origin: `${steps.at(-2)!.passage.id}+0`, taken: taken - 1 };
}

function assemble(
  steps: readonly Step[],
  { origin, taken, whole, recent }: { origin: Origin; taken: number; whole: boolean; recent: string },
): { readonly reading: Reading; readonly passages: readonly Passage[] } {
  const segments: Segment[] = [];
  const passages: Passage[] = [];
  const from = idOf(origin);
  for (const { passage, text, characters } of steps.slice(0, taken).reverse()) {
    const skipped = passage.id === from ? skippedBy(origin) : 0;
    const rest = skipped === 0 ? text : characters.slice(skipped).join('');
    if (rest !== '') segments.push({ passage: passage.id, text: rest, end: passage.end });
    if (skipped === 0) passages.push(passage);
  }
  return { reading: { origin, segments, whole, recent }, passages };
}

const idOf = (origin: Origin): PassageId | undefined =>
  origin === 'start' ? undefined : origin.slice(0, origin.lastIndexOf('+'));

const skippedBy = (origin: Origin): number => Number(origin.slice(origin.lastIndexOf('+') + 1));
