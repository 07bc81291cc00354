import { UserError } from '#errors';
import type { Lease, Written } from '#generation';
import type { Core } from './core.ts';
import { buildReading } from './reading.ts';
import type { PassageId, Receipt, Story } from './records.ts';

/** A passage written once more, from its receipt. */
export type Replay = {
  /** Whether it came out as it was; one that was stopped, as far as it goes. */
  readonly same: boolean;
  readonly text: string;
  readonly expected: string;
  readonly receipt: Receipt;
  /** What it is written on now, if that is not what the receipt says: it may then come out differently. */
  readonly elsewhere?: { readonly cpu: string; readonly runtime: string };
};

export type ReplayOptions = { readonly group?: string; readonly signal?: AbortSignal };

/**
 * Writes a passage once more with the version, the reading, the settings and the seed of its receipt, and keeps
 * nothing of it.
 * @throws UserError `story.no-receipt`, `story.replay-text-erased`, `story.replay-text-lost`,
 * `story.replay-version-gone`, `story.no-such-passage`, what `Models.acquire` throws
 */
export async function replay(
  core: Core,
  story: Story,
  id: PassageId,
  options: ReplayOptions = {},
): Promise<Replay> {
  const { text: expected, receipt, erased, receiptErased } = await core.shelf.passage(id, story.id);
  if (erased || receiptErased) throw new UserError('story.replay-text-erased');
  if (!receipt) throw new UserError('story.no-receipt');
  using lease = await acquire(core, receipt);
  let { written, isWhole } = await writeAgain(core, lease, story, receipt, options, false);
  // The states that lead to the origin are gone: everything from there is read.
  if (written.origin !== receipt.origin) {
    ({ written, isWhole } = await writeAgain(core, lease, story, receipt, options, true));
  }
  const { text } = written;
  const { cpu, runtime } = lease.arithmetic;
  const same = receipt.stopped ? text.startsWith(expected) : text === expected;
  if (!same && !isWhole) throw new UserError('story.replay-text-lost');
  const isElsewhere = cpu !== receipt.cpu || runtime !== receipt.runtime;
  return {
    same,
    text,
    expected,
    receipt,
    ...(isElsewhere && { elsewhere: lease.arithmetic }),
  };
}

/** What the registry says of a version that is not here, or whose name no version here can have. */
const GONE = [
  'registry.no-version',
  'registry.no-line',
  'registry.bad-line-name',
  'registry.ambiguous-version',
];

async function acquire({ models }: Core, { line, version }: Receipt): Promise<Lease> {
  try {
    return await models.acquire(line, version);
  } catch (error) {
    if (!(error instanceof UserError && GONE.includes(error.code))) throw error;
    throw new UserError('story.replay-version-gone', { line, version }, { cause: error });
  }
}

/** `isWhole`: nothing of what was read is a passage that was lost. */
async function writeAgain(
  { shelf, modelText, newId }: Core,
  lease: Lease,
  story: Story,
  { line, version, origin, parent, seed, settings }: Receipt,
  { group, signal }: ReplayOptions,
  entire: boolean,
): Promise<{ readonly written: Written; readonly isWhole: boolean }> {
  const { reading, passages } = await buildReading(
    { parent: (parent !== null && (await shelf.known(parent))) || null, line, version, origin, entire },
    { get: shelf.known, textOf: (passage) => modelText.of(passage, lease, line) },
  );
  const drawn = lease.write({
    passage: newId(),
    group: group ?? story.place,
    reading,
    settings,
    seed,
    keep: false,
    ...(signal && { signal }),
  });
  for (;;) {
    const next = await drawn.next();
    if (next.done) return { written: next.value, isWhole: !passages.some(({ lost }) => lost) };
  }
}
