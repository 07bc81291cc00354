import { onnxEngine } from '#engines/onnx';
import { UserError } from '#errors';
import { type Baselines, measureBaselines, sharedPart } from '#evaluation';
import type { LoadedModel } from '#generation';
import type { Translator } from '#i18n';
import { longestVerbatim, type Novel, type VerbatimRun } from '#text';
import { EVALUATION_SHAPE, type Evaluation, evaluate, sectionsOf, splitCorpus } from '#training';
import type { StageLine } from './stage-line.ts';

export type EvaluationRequest = {
  readonly model: LoadedModel;
  readonly texts: readonly Novel[];
  /** What the baselines read; undefined for none. */
  readonly novels: readonly Novel[] | undefined;
  /** Of the texts only the chapters that training holds out, of the novels only the others. */
  readonly heldOut: boolean;
};

export type EvaluationReport = Evaluation & {
  /** Null where there is no novel to compare with, as `baselines`. */
  readonly longestVerbatim: VerbatimRun | null;
  readonly baselines: Baselines | null;
  /** Sentences about what makes the figures worth less than they look. */
  readonly warnings: readonly string[];
};

/** So many bits below those on chapters held out are no accident: such a text has been learnt. */
const SUSPICIOUS_GAIN = 0.4;
/** Stands in no cleaned text. */
const BREAK = '\u0000';
const SUSPICIOUS_SHARE = 0.1;
const MOSTLY_UNKNOWN = 0.5;

/**
 * Reads texts with a model, and with what it is compared to.
 * @throws UserError `train.nothing-held-out` when the texts are too short for it
 */
export async function runEvaluation(
  request: EvaluationRequest,
  t: Translator,
  stage: StageLine,
): Promise<EvaluationReport> {
  const { model, novels, heldOut } = request;
  const texts = heldOut ? splitCorpus(request.texts).heldOut : request.texts.flatMap(sectionsOf);
  if (texts.length === 0) {
    const characters = request.texts.reduce((sum, text) => sum + text.characters, 0);
    throw new UserError('train.nothing-held-out', { characters });
  }
  const scores = await score(model, texts, (share) =>
    stage.show(t('cli.evaluate.scoring', { percent: Math.floor(100 * share) })),
  );
  const warnings = [...doubtsAboutTheModel(request, scores, t)];
  if (!novels) return { ...scores, longestVerbatim: null, baselines: null, warnings };
  stage.show(t('cli.evaluate.comparing'));
  const read = heldOut ? splitCorpus(novels).training : novels.flatMap(sectionsOf);
  const [text, novel] = [texts.join(''), read.join('')];
  const share = sharedPart(text, novel);
  if (share > SUSPICIOUS_SHARE) {
    warnings.push(t('cli.evaluate.shared', { percent: Math.round(100 * share) }));
  }
  // Chapters held out do not follow each other: no run may go from one into the next.
  const run = longestVerbatim(heldOut ? texts.join(BREAK) : text, novel);
  const baselines = await measureBaselines(read, texts, model.vocabulary);
  return { ...scores, longestVerbatim: run, baselines, warnings };
}

async function score(
  model: LoadedModel,
  texts: readonly string[],
  progress: (share: number) => void,
): Promise<Evaluation> {
  progress(0);
  await using session = await onnxEngine.score(model, EVALUATION_SHAPE);
  return await evaluate(session, texts, model.vocabulary, undefined, progress);
}

function* doubtsAboutTheModel(
  { model, texts, heldOut }: EvaluationRequest,
  { bitsPerCharacter, unknownShare }: Evaluation,
  t: Translator,
): Generator<string> {
  const { title, heldOutBits } = model.about;
  const learnt = new Set(title.split('、'));
  const known = texts.find((text) => learnt.has(text.title));
  // What is held out was not learnt, however well it is foretold.
  if (known && !heldOut) yield t('cli.evaluate.learnt', { title: known.title });
  else if (!heldOut && heldOutBits !== null && bitsPerCharacter < heldOutBits - SUSPICIOUS_GAIN) {
    yield t('cli.evaluate.too-good', { bits: bitsPerCharacter.toFixed(3), heldOut: heldOutBits.toFixed(3) });
  }
  if (unknownShare > MOSTLY_UNKNOWN) {
    yield t('cli.evaluate.unknown', { percent: Math.round(100 * unknownShare) });
  }
}
