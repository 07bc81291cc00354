import { onnxEngine } from '#engines/onnx';
import { initialise, type Model, type ModelConfig } from '#lstm';
import { Random } from '#random';
import { Vocabulary } from '#text';

/**
 * Spread of the logits at which predictions are about as sure as a trained model's: normal logits of spread s have
 * an entropy of ln V − s²/2 nats, 5 bits at 4,709 tokens.
 */
const SPREAD = 3.16;
/** What makes marks as frequent as in a text, and bytes and control tokens as rare. */
const [FREQUENT, RARE] = [4, -20];
const MARKS = '\n。，！？：；、“”';
const FIRST_HAN = 0x4e00;
const ROWS = 16;
const STEPS = 8;

/** A vocabulary of `size` tokens: marks and as many Chinese characters as are wanted. */
export function someVocabulary(size: number): Vocabulary {
  const characters = size - Vocabulary.parse({ format: 1, characters: '' }).size;
  const han = Array.from({ length: characters - MARKS.length }, (_, i) =>
    String.fromCodePoint(FIRST_HAN + i),
  );
  return Vocabulary.parse({ format: 1, characters: MARKS + han.join('') });
}

/**
 * A model that was not trained, whose predictions are as sure as if it were, and of whose tokens the same are
 * frequent: drawing from a flat distribution, or of bytes, would cost more than drawing ever does.
 */
export async function sureModel(config: ModelConfig, { firstCharacter }: Vocabulary): Promise<Model> {
  const model = initialise(config, 1);
  await using session = await onnxEngine.open(model, { slots: ROWS, threads: 1 });
  const random = Random.seeded(1);
  const slots = Array.from({ length: ROWS }, (_, slot) => slot);
  let squares = 0;
  let count = 0;
  for (let step = 0; step < STEPS; step++) {
    const tokens = Int32Array.from(slots, () => random.below(config.vocabulary));
    const { values } = await session.decode(slots, tokens);
    for (const value of values) {
      if (value === Number.NEGATIVE_INFINITY) continue;
      squares += value * value;
      count++;
    }
  }
  const factor = SPREAD / Math.sqrt(squares / count);
  const name = config.tied ? 'output.projection' : 'output.kernel';
  const bias = new Float32Array(config.vocabulary);
  bias.fill(RARE, 0, firstCharacter);
  bias.fill(FREQUENT, firstCharacter, firstCharacter + MARKS.length);
  const weights = {
    ...model.weights,
    [name]: model.weights[name]!.map((weight) => weight * factor),
    'output.bias': bias,
  };
  return { config, weights };
}
