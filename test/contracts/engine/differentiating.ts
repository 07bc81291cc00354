import type { Differential } from '#engines';
import { referenceEngine } from '#engines/reference';
import { CASES, type Case, SHAPE, windowsOf } from './cases.ts';
import { type EngineCheck, expectAlike, expectClose } from './check.ts';

const known = new Map<Case, Promise<Differential>>();

/** The reference's answer, computed once a case. */
function expectedOf(one: Case): Promise<Differential> {
  const before = known.get(one);
  const answer = before ?? referenceEngine.differentiate(one.model, windowsOf(one.model, 1)[0]!, SHAPE);
  known.set(one, answer);
  return answer;
}

/** One window from the zero state, with dropout masks. */
export const differentiating: readonly EngineCheck[] = CASES.flatMap((one): EngineCheck[] => [
  {
    name: `differentiate, ${one.name}: logits, loss and final state`,
    async run(engine, tolerance) {
      const actual = await engine.differentiate(one.model, windowsOf(one.model, 1)[0]!, SHAPE);
      const expected = await expectedOf(one);
      expectClose('logits', actual.logits, expected.logits, tolerance.logits);
      expectClose('loss', [actual.loss], [expected.loss], tolerance.logits);
      expectClose('h', actual.h, expected.h, tolerance.logits);
      expectClose('c', actual.c, expected.c, tolerance.logits);
    },
  },
  {
    name: `differentiate, ${one.name}: gradients`,
    async run(engine, tolerance) {
      const actual = await engine.differentiate(one.model, windowsOf(one.model, 1)[0]!, SHAPE);
      expectAlike('gradient', actual.gradients, (await expectedOf(one)).gradients, tolerance.gradients);
    },
  },
]);
