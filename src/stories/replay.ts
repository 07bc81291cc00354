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
 * @throws UserError `story.no-receipt`, `story.replay-text-erased`, `story.replay-version-gone`,
 * `story.no-such-passage`, what `Models.acquire` throws
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
  let written = await writeAgain(core, lease, story, receipt, options, false);
  // The states that lead to the origin are gone: everything from there is read.
  if (written.origin !== receipt.origin) {
    written = await writeAgain(core, lease, story, receipt, options, true);
  }
  const { text } = written;
  const { cpu, runtime } = lease.arithmetic;
  const isElsewhere = cpu !== receipt.cpu || runtime !== receipt.runtime;
  return {
    same: receipt.stopped ? text.startsWith(expected) : text === expected,
    text,
    expected,
    receipt,
    ...(isElsewhere && { elsewhere: lease.arithmetic }),
  };
}

async function acquire({ models }: Core, { line, version }: Receipt): Promise<Lease> {
  try {
    return await models.acquire(line, version);
  } catch (error) {
    const isGone =
      error instanceof UserError && ['registry.no-version', 'registry.no-line'].includes(error.code);
    if (!isGone) throw error;
    throw new UserError('story.replay-version-gone', { line, version }, { cause: error });
  }
}

async function writeAgain(
  { shelf, modelText, newId }: Core,
  lease: Lease,
  story: Story,
  { line, version, origin, parent, seed, settings }: Receipt,
  { group, signal }: ReplayOptions,
  entire: boolean,
): Promise<Written> {
  const { reading } = await buildReading(
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
    if (next.done) return next.value;
  }
}
