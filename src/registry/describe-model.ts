import { describeCheckpoint } from '#lstm';
import { Vocabulary } from '#text';
import type { VersionInfo } from './registry.ts';

const ID_LENGTH = 12;

/**
 * What a registry needs to know of a model, by its own words.
 * @throws UserError what `describeCheckpoint` and `Vocabulary.parse` throw
 */
export function describeModel(
  path: string,
): Pick<VersionInfo, 'id' | 'title' | 'vocabulary'> & { readonly scores: VersionInfo['scores'] } {
  const { sha256, vocabulary, about } = describeCheckpoint(path);
  return {
    id: sha256.slice(0, ID_LENGTH),
    title: about.title,
    vocabulary: Vocabulary.parse(vocabulary).hash,
    scores: about.heldOutBits === null ? {} : { heldOutBits: about.heldOutBits },
  };
}
