import { onnxEngine } from '#engines/onnx';
import { UserError } from '#errors';
import { type Baselines, filteredPart, measureBaselines, sharedPart } from '#evaluation';
import type { LoadedModel } from '#generation';
import type { Translator } from '#i18n';
import { blocksOf } from '#lstm';
import { longestVerbatim, type Novel, type VerbatimRun } from '#text';
import {
  EVALUATION_SHAPE,
  type Evaluation,
  evaluate,
  evaluateStepwise,
  sectionsOf,
  splitCorpus,
} from '#training';
import { openModel } from '../../src/open-model.ts';
import type { StageLine } from './stage-line.ts';

export type EvaluationRequest = {
  readonly model: LoadedModel;
  /** Where the model lies, if it is to read by the weights and on the path that it writes with. */
  readonly serving: string | undefined;
  readonly texts: readonly Novel[];
  /** What the baselines read; undefined for none, or with `heldOut` for what else stands in the texts. */
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

/** Stand in no cleaned text, and not in each other's place: no run goes over a gap. */
const [TEXT_GAP, NOVEL_GAP] = ['\u0000', '\u0001'];
/** So many bits below those on chapters held out are no accident: such a text has been learnt. */
const SUSPICIOUS_GAIN = 0.4;
const SUSPICIOUS_SHARE = 0.1;
/** Conversations that the serving path reads side by side. */
const SLOTS = 64;
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
  const { model, heldOut, novels = heldOut ? request.texts : undefined } = request;
  const texts = sectionsToRead(request.texts, heldOut);
  const scores = await score(request, texts, (share) =>
    stage.show(t('cli.evaluate.scoring', { percent: Math.floor(100 * share) })),
  );
  const warnings = [...doubtsAboutTheModel(request, scores, t)];
  if (!novels) return { ...scores, longestVerbatim: null, baselines: null, warnings };
  stage.show(t('cli.evaluate.comparing'));
  const read = heldOut ? splitCorpus(novels).training : novels.flatMap(sectionsOf);
  // Chapters held out, and those around them, do not follow each other; nor do different works.
  const works = (all: readonly Novel[], chapters: readonly string[]) =>
    heldOut ? chapters : all.map(({ text }) => text);
  const text = works(request.texts, texts).join(TEXT_GAP);
  const novel = works(novels, read).join(NOVEL_GAP);
  const share = sharedPart(text, novel);
  if (share > SUSPICIOUS_SHARE) {
    warnings.push(t('cli.evaluate.shared', { percent: Math.round(100 * share) }));
  }
  const run = longestVerbatim(text, novel);
  const baselines = await measureBaselines(read, texts, model.vocabulary);
  return { ...scores, longestVerbatim: run, baselines, warnings };
}

/**
 * What is read of some texts: all their sections, or those that training holds out.
 * @throws UserError `train.nothing-held-out` when the texts are too short for it
 */
export function sectionsToRead(texts: readonly Novel[], heldOut: boolean): readonly string[] {
  const sections = heldOut ? splitCorpus(texts).heldOut : texts.flatMap(sectionsOf);
  if (sections.length > 0) return sections;
  throw new UserError('train.nothing-held-out', {
    characters: texts.reduce((sum, text) => sum + text.characters, 0),
  });
}

async function score(
  { model, serving }: EvaluationRequest,
  texts: readonly string[],
  progress: (share: number) => void,
): Promise<Evaluation> {
  progress(0);
  if (serving === undefined) {
    await using session = await onnxEngine.score(model, EVALUATION_SHAPE);
    return await evaluate(session, texts, model.vocabulary, undefined, progress);
  }
  await using opened = await openModel(serving, { slots: SLOTS, blocks: blocksOf(model.config) });
  return await evaluateStepwise(opened.session, texts, model.vocabulary, SLOTS, progress);
}

function* doubtsAboutTheModel(
  { model, texts, heldOut }: EvaluationRequest,
  { bitsPerCharacter, unknownShare }: Evaluation,
  t: Translator,
): Generator<string> {
  // What is held out was not learnt, however well it is foretold.
  const learnt = heldOut ? undefined : learning(model, texts, bitsPerCharacter, t);
  if (learnt !== undefined) yield learnt;
  if (unknownShare > MOSTLY_UNKNOWN) {
    yield t('cli.evaluate.unknown', { percent: Math.round(100 * unknownShare) });
  }
}

/** The sentence for a text that the model seems to have learnt. */
function learning(
  { about: { title, heldOutBits }, verbatim }: LoadedModel,
  texts: readonly Novel[],
  bitsPerCharacter: number,
  t: Translator,
): string | undefined {
  const titles = new Set(title.split('、'));
  const known = texts.find((text) => titles.has(text.title));
  if (known) return t('cli.evaluate.learnt', { title: known.title });
  const part = verbatim ? filteredPart(texts.map(({ text }) => text).join('\n'), verbatim) : 0;
  if (part > SUSPICIOUS_SHARE) return t('cli.evaluate.read', { percent: Math.round(100 * part) });
  if (heldOutBits === null || bitsPerCharacter >= heldOutBits - SUSPICIOUS_GAIN) return undefined;
  return t('cli.evaluate.too-good', { bits: bitsPerCharacter.toFixed(3), heldOut: heldOutBits.toFixed(3) });
}
