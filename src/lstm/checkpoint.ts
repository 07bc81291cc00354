import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#errors';
import { writeAtomically } from './atomic-write.ts';
import { type Model, type ModelConfig, type WeightName, type Weights, weightShapes } from './config.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  readMetadata,
  type StoredTensor,
  type Tensors,
} from './safetensors.ts';

/** Rises when a file of today could not be read by yesterday's program. */
const FORMAT_VERSION = 1;

/** A model with all it needs to be used, and, in the middle of a training, to be trained on. */
export type Checkpoint = Model & {
  /** What `Vocabulary.toJSON` gave. */
  readonly vocabulary: unknown;
  /** About the model, for people and for programs: what it read, when, how well. */
  readonly about: ModelCard;
  /** Only in a training's own checkpoints. */
  readonly training?: {
    /** Step counts, settings and scores, as the training module keeps them. */
    readonly progress: unknown;
    readonly firstMoment: Weights;
    readonly secondMoment: Weights;
    /** Row states, [B × H] each. */
    readonly h: Float32Array;
    readonly c: Float32Array;
  };
};

export type ModelCard = {
  /** The novel's name. */
  readonly title: string;
  readonly preset: string;
  /** Script of the text it read. */
  readonly script: 'simplified' | 'traditional' | 'other';
  /** Short beginnings of sentences, for a story that starts without words of its own. */
  readonly openings: readonly string[];
  /** Tokens read in training. */
  readonly tokensRead: number;
  /** Bits per character on chapters that were held out; null before the first evaluation. */
  readonly heldOutBits: number | null;
};

/** The file a model is kept in inside its folder. */
export const MODEL_FILE = 'model.safetensors';

/**
 * Writes one safetensors file, atomically. `float16` halves the weights (training state is always float32).
 * @throws UserError `model.disk-full`, `model.cannot-write`
 */
export function writeCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  precision: 'float32' | 'float16' = 'float32',
): void {
  const { config, weights, vocabulary, about, training } = checkpoint;
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shape] of weightShapes(config)) {
    const data = weights[name]!;
    tensors.set(name, { shape, data: precision === 'float16' ? new Float16Array(data) : data });
    if (training) {
      tensors.set(`first.${name}`, { shape, data: training.firstMoment[name]! });
      tensors.set(`second.${name}`, { shape, data: training.secondMoment[name]! });
    }
  }
  if (training) {
    const shape = [training.h.length / config.hidden, config.hidden];
    tensors.set('state.h', { shape, data: training.h }).set('state.c', { shape, data: training.c });
  }
  const metadata: Record<string, string> = {
    format: 'xuxie',
    version: String(FORMAT_VERSION),
    config: JSON.stringify(config),
    vocabulary: JSON.stringify(vocabulary),
    about: JSON.stringify(about),
  };
  if (training) metadata.progress = JSON.stringify(training.progress);
  writeAtomically(path, encodeSafetensors(tensors, metadata));
}

/**
 * Reads a checkpoint: a file, or a folder that holds `model.safetensors`. Half-precision weights are widened.
 * @throws UserError `model.missing`, `model.unreadable`, `model.foreign`, `model.truncated`, `model.corrupt`,
 * `model.newer`
 */
export function readCheckpoint(path: string): Checkpoint {
  const file = checkpointFile(path);
  const { tensors, metadata } = decodeSafetensors(readFile(file), file);
  if (Number(metadata.version) > FORMAT_VERSION) throw new UserError('model.newer', { path: file });
  try {
    const config = JSON.parse(metadata.config!) as ModelConfig;
    const weights = collect(tensors, config, '');
    const model = {
      config,
      weights,
      vocabulary: JSON.parse(metadata.vocabulary!) as unknown,
      about: JSON.parse(metadata.about!) as ModelCard,
    };
    if (metadata.progress === undefined) return model;
    return {
      ...model,
      training: {
        progress: JSON.parse(metadata.progress) as unknown,
        firstMoment: collect(tensors, config, 'first.'),
        secondMoment: collect(tensors, config, 'second.'),
        h: single(tensors.get('state.h')),
        c: single(tensors.get('state.c')),
      },
    };
  } catch (cause) {
    throw new UserError('model.corrupt', { path: file }, { cause });
  }
}

/**
 * What a checkpoint says of itself, without its weights: the hash that names its content, the vocabulary and the card.
 * That the file is whole is checked.
 * @throws UserError as `readCheckpoint`
 */
export function describeCheckpoint(
  path: string,
): Pick<Checkpoint, 'vocabulary' | 'about'> & { readonly sha256: string } {
  const file = checkpointFile(path);
  const { sha256, version, kind, vocabulary, about } = readMetadata(readFile(file), file);
  if (kind !== undefined) throw new UserError('model.foreign', { path: file });
  if (Number(version) > FORMAT_VERSION) throw new UserError('model.newer', { path: file });
  try {
    return {
      sha256: sha256!,
      vocabulary: JSON.parse(vocabulary!) as unknown,
      about: JSON.parse(about!) as ModelCard,
    };
  } catch (cause) {
    throw new UserError('model.corrupt', { path: file }, { cause });
  }
}

/**
 * The file of a checkpoint that is named by its path or its folder.
 * @throws UserError `model.missing`
 */
export function checkpointFile(path: string): string {
  const kind = statSync(path, { throwIfNoEntry: false });
  const file = kind?.isDirectory() ? join(path, MODEL_FILE) : path;
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UserError('model.missing', { path: file });
  return file;
}

/** @throws UserError `model.unreadable` */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new UserError('model.unreadable', { path, code }, { cause });
  }
}

function collect(tensors: Tensors, config: ModelConfig, prefix: string): Weights {
  const weights: Partial<Record<WeightName, Float32Array>> = {};
  for (const [name, shape] of weightShapes(config)) {
    const tensor = tensors.get(prefix + name);
    if (tensor?.shape.join() !== shape.join())
      throw new Error(`tensor ${prefix + name} is not of shape ${shape}`);
    weights[name] = single(tensor);
  }
  return weights;
}

function single(tensor: StoredTensor | undefined): Float32Array {
  if (!tensor) throw new Error('a tensor is missing');
  if (tensor.data instanceof Float32Array) return tensor.data;
  const widened = new Float32Array(tensor.data);
  // Read no more, and large: not left to the garbage collector.
  (tensor.data.buffer as ArrayBuffer).transfer(0);
  return widened;
}
