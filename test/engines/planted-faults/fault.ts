import type { Change } from './mutant.ts';

/** A mistake that someone could make, and the checks of the contract that must each see it. */
export type Fault = {
  readonly name: string;
  readonly changes: readonly Change[];
  readonly caughtBy: readonly string[];
};

/** Names of checks, short enough for a list. */
export const CHECK = {
  logits: 'differentiate, untied: logits, loss and final state',
  logitsTied: 'differentiate, tied: logits, loss and final state',
  gradients: 'differentiate, untied: gradients',
  gradientsTied: 'differentiate, tied: gradients',
  training: 'train, untied: five steps with no clipping follow the reference',
  trainingTied: 'train, tied: five steps with no clipping follow the reference',
  clipped: 'train, untied: five steps with clipping that bites at every step follow the reference',
  unclipped: 'train, untied: five steps with a clipping norm that is never reached follow the reference',
  keep: 'train: a row goes on where keep is 1 and starts from zero where it is 0',
  decay: 'train: weight decay pulls on matrices by learning rate × decay × weight and never on biases',
  resume: 'train, untied: a run resumed from copies goes on bit for bit',
  given: 'train: what it was given stays as it was',
  score: 'score, untied: three windows, rows kept and not, as the reference',
  scoreDecode: 'score, untied: is the cross-entropy of decoding step by step',
  scoreOther:
    'score: another model of the same sizes is read with its own weights, the next without it with the first',
  decode: 'open, untied: every logit and state of 20 decoded tokens as the reference',
  decodeTied: 'open, tied: every logit and state of 20 decoded tokens as the reference',
  prefill: 'open, untied: prefill of texts of many lengths as the reference',
  pieces: 'open, untied: prefill of a + b is prefill of a then of b, and reading token by token',
  company: 'open, untied: 64 slots at once, in any order, are each alone',
  companyTied: 'open, tied: 64 slots at once, in any order, are each alone',
  zero: 'open: a fresh slot is the zero state, and so is a slot after write(null)',
  writeBack: 'open: a state that is read and written back, here or in another session, goes on bit for bit',
  copies: 'open: read and write copy; they share nothing with the slot',
  others: 'open: reading in one slot leaves the others alone, and reading nothing leaves its own',
  blocks: 'open, untied: all blocks, the best first, padded with −∞',
  ties: 'open: of blocks that are level the one with the smaller number comes first',
  fewBlocks: 'open, untied: 3 blocks, the best first, padded with −∞',
  changing: 'open: slots that come, go, are read, written and filled between steps go on as each alone',
  sideBySide: 'open: runs of unequal lengths are read side by side as each alone',
  surprise: 'open, untied: score is the cross-entropy of decoding step by step',
  surpriseReference: 'open, untied: score as the reference',
  surpriseState: 'open, untied: score ends in the state of prefill, bit for bit',
  surpriseBeside: 'open: runs of unequal lengths are scored side by side as each alone',
  closed: 'open: a closed session refuses work, may be closed again, and others live on',
  closedTraining: 'train: a closed session refuses work, may be closed again, and others live on',
  sure: 'differentiate, very sure of itself: logits, loss and final state',
} as const;

/** Every reading of text. */
export const FORWARD = [CHECK.logits, CHECK.training, CHECK.score, CHECK.decode, CHECK.prefill];
/** Every learning from text. */
export const BACKWARD = [CHECK.gradients, CHECK.gradientsTied, CHECK.training, CHECK.trainingTied];
/** All that follows an optimiser for several steps. */
export const STEPS = [CHECK.training, CHECK.clipped, CHECK.unclipped];
