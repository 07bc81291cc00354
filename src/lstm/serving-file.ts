import { existsSync } from 'node:fs';
import { UserError } from '#errors';
import { writeAtomically } from './atomic-write.ts';
import { type Checkpoint, checkpointFile, type ModelCard, readFile } from './checkpoint.ts';
import type { ModelConfig } from './config.ts';
import type { QuantisedMatrix } from './quantise.ts';
import { decodeSafetensors, encodeSafetensors, readMetadata, type StoredTensor } from './safetensors.ts';
import { type ServingModel, servingShapes } from './serving.ts';

/** A prepared model with all it needs to write. */
export type ServingCheckpoint = {
  readonly serving: ServingModel;
  readonly vocabulary: unknown;
  readonly about: ModelCard;
};

/** Rises when a serving file of today could not be read by yesterday's program, or would be read otherwise. */
const FORMAT_VERSION = '1';

/** Where the serving weights of a checkpoint stand: beside it. */
export const servingFileOf = (checkpoint: string): string =>
  checkpoint.replace(/(\.safetensors)?$/, '.serving.safetensors');

/**
 * Writes the serving weights of the checkpoint that stands under `path` (a file, or its folder) beside it,
 * atomically: the input side in half precision, the products in 8 bits.
 * @throws UserError `model.*` of reading and writing
 */
export function writeServing(
  path: string,
  { vocabulary, about }: Pick<Checkpoint, 'vocabulary' | 'about'>,
  serving: ServingModel,
): void {
  const file = checkpointFile(path);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shape] of servingShapes(serving.config)) {
    const data = serving[name as 'embedding' | 'recurrent'];
    if (data instanceof Float32Array) {
      const half = name === 'embedding' || name === 'kernel';
      tensors.set(name, { shape, data: half ? new Float16Array(data) : data });
    } else {
      tensors.set(name, { shape, data: data.values });
      tensors.set(`${name}.scales`, { shape: [data.scales.length], data: data.scales });
    }
  }
  const metadata = {
    format: 'xuxie',
    kind: 'serving',
    version: FORMAT_VERSION,
    source: readMetadata(readFile(file), file).sha256!,
    projectionRange: String(serving.projectionRange),
    config: JSON.stringify(serving.config),
    vocabulary: JSON.stringify(vocabulary),
    about: JSON.stringify(about),
  };
  writeAtomically(servingFileOf(file), encodeSafetensors(tensors, metadata));
}

/**
 * Reads the serving weights beside a checkpoint; `undefined` if there are none, none of this checkpoint and this
 * program, or damaged ones: then they have to be prepared anew.
 * @throws UserError `model.*`: the checkpoint is missing or unreadable
 */
export function readServing(path: string): ServingCheckpoint | undefined {
  const file = checkpointFile(path);
  const beside = servingFileOf(file);
  if (!existsSync(beside)) return undefined;
  const source = readMetadata(readFile(file), file).sha256;
  try {
    const stored = decodeSafetensors(readFile(beside), beside);
    const { kind, version, source: of } = stored.metadata;
    if (kind === 'serving' && version === FORMAT_VERSION && of === source) return parse(stored);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return undefined;
}

function parse({ tensors, metadata }: ReturnType<typeof decodeSafetensors>): ServingCheckpoint {
  const config = JSON.parse(metadata.config!) as ModelConfig;
  const floats = (name: string) => Float32Array.from(tensors.get(name)!.data);
  const matrix = (name: string): QuantisedMatrix => ({
    values: tensors.get(name)!.data as Int8Array,
    scales: floats(`${name}.scales`),
  });
  const serving: ServingModel = {
    config,
    embedding: floats('embedding'),
    kernel: floats('kernel'),
    bias: floats('bias'),
    recurrent: matrix('recurrent'),
    ...(config.tied && { projection: matrix('projection') }),
    output: matrix('output'),
    outputBias: floats('outputBias'),
    projectionRange: Number(metadata.projectionRange),
  };
  return {
    serving,
    vocabulary: JSON.parse(metadata.vocabulary!) as unknown,
    about: JSON.parse(metadata.about!) as ModelCard,
  };
}
