import { type Checkpoint, initialise } from '#lstm';
import { Vocabulary } from '#text';

/** A model of a few thousand parameters that knows the characters of `text` and has learnt nothing. */
export function madeModel(text: string, seed = 1): Checkpoint {
  const vocabulary = Vocabulary.fromText([text], 1);
  const model = initialise({ vocabulary: vocabulary.size, embedding: 8, hidden: 12, tied: true }, seed);
  return {
    ...model,
    vocabulary: vocabulary.toJSON(),
    about: {
      title: '试写',
      preset: 'tiny',
      script: 'simplified',
      openings: [],
      tokensRead: 0,
      heldOutBits: null,
    },
  };
}
