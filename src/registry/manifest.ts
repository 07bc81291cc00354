import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Rises when a manifest of today could not be read by yesterday's program. */
const FORMAT = 1;

export const MANIFEST_FILE = 'manifest.json';
/** The first hexadecimal digits of the checkpoint's hash. */
export const VERSION_ID = /^[0-9a-f]{12}$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().regex(VERSION_ID);

const schema = z.strictObject({
  format: z.literal(FORMAT),
  /** Short name of the version, made from the content of its checkpoint. */
  id,
  /** The line it was added to. */
  line: z.string(),
  /** What it has read, in words. */
  title: z.string(),
  /** The version from which it was trained on. */
  base: id.nullable(),
  /** `Vocabulary.hash`. */
  vocabulary: sha256,
  /** Milliseconds since 1970. */
  createdAt: z.int().nonnegative(),
  /** Size in bytes and SHA-256 of every file of the version but this one. */
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256 })),
  /** SHA-256 of the texts that it was trained on. */
  data: z.array(sha256),
  /** How it was trained. */
  settings: z.record(z.string(), z.json()),
  /** What it was judged by; `heldOutBits`: bits per character on chapters that were held out. */
  scores: z.record(z.string(), z.number()),
  verdict: z.enum(['candidate', 'accepted', 'refused']),
  /** Why it was judged so, for people. */
  reason: z.string().optional(),
});

/** What stands beside a version about it. */
export type Manifest = z.infer<typeof schema>;

/** A new version's manifest in today's format. */
export const newManifest = (content: Omit<Manifest, 'format'>): Manifest => ({ format: FORMAT, ...content });

/** As it is stored: with a hash of all the rest, so that a damage is noticed. */
export function formatManifest(manifest: Manifest): string {
  const signed = { ...manifest, sha256: hashOf(manifest) };
  return `${JSON.stringify(signed, null, 2)}\n`;
}

/** Reads what `formatManifest` wrote; `newer` if a later program did. */
export function parseManifest(text: string): Manifest | 'newer' | 'damaged' {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return 'damaged';
  }
  if (stored === null || typeof stored !== 'object') return 'damaged';
  const { sha256: signature, ...content } = stored as Record<string, unknown>;
  if (signature !== hashOf(content)) return 'damaged';
  if (Number(content.format) > FORMAT) return 'newer';
  return schema.safeParse(content).data ?? 'damaged';
}

const hashOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex');
