import { CHECK, type Fault } from './fault.ts';
import type { Change } from './mutant.ts';

const change = (file: string, find: string, replace: string): Change => ({ file, find, replace });
const graph = (find: string, replace: string) => change('serving-graph.ts', find, replace);
const serving = (find: string, replace: string) => change('serving.ts', find, replace);
const slots = (find: string, replace: string) => change('slots.ts', find, replace);

/** Mistakes in the 8-bit path of the ONNX engine. */
export const servingFaults: readonly Fault[] = [
  {
    name: 'forget and input gate swapped',
    changes: [graph('const [f, i, o] =', 'const [i, f, o] =')],
    caughtBy: [CHECK.decode, CHECK.decodeTied, CHECK.prefill],
  },
  {
    name: 'input and output gate swapped',
    changes: [graph('const [f, i, o] =', 'const [f, o, i] =')],
    caughtBy: [CHECK.decode, CHECK.prefill],
  },
  {
    name: 'the state without tanh',
    changes: [graph("graph.mul(o!, graph.op('Tanh', [c]))", 'graph.mul(o!, c)')],
    caughtBy: [CHECK.decode, CHECK.prefill],
  },
  {
    name: 'h read in other units than it is written in',
    changes: [graph('const unit = graph.scalar(1 / UNITS)', 'const unit = graph.scalar(1 / 100)')],
    caughtBy: [CHECK.decode],
  },
  {
    name: 'projected values scaled by the largest of the batch',
    changes: [
      graph(
        'readUnit = graph.scalar(serving.projectionRange / UNITS)',
        "readUnit = graph.op('Div', [graph.op('ReduceMax', [graph.op('Abs', [projected])], { keepdims: 0 }), graph.scalar(UNITS)])",
      ),
    ],
    caughtBy: [CHECK.companyTied],
  },
  {
    name: 'projected values cut off at a quarter of their range',
    changes: [graph('serving.projectionRange / UNITS', 'serving.projectionRange / UNITS / 4')],
    caughtBy: [CHECK.decodeTied],
  },
  {
    name: 'the range measured on no text',
    changes: [change('calibrate.ts', 'step < steps', 'step < 0')],
    caughtBy: [CHECK.decodeTied],
  },
  {
    name: 'the output bias forgotten',
    changes: [
      graph(
        "readUnit, matrix('output', serving.output), '', bias)",
        "readUnit, matrix('output', serving.output))",
      ),
    ],
    caughtBy: [CHECK.decode, CHECK.blocks],
  },
  {
    name: 'the input bias forgotten',
    changes: [
      change(
        'input-table.ts',
        'bias: floats(bias, [4 * H])',
        'bias: floats(new Float32Array(4 * H), [4 * H])',
      ),
    ],
    caughtBy: [CHECK.decode, CHECK.prefill],
  },
  {
    name: 'a batch that stays in company reads its old states',
    changes: [slots('[this.#input, this.#output] = [this.#output, this.#input];', '')],
    caughtBy: [CHECK.decode],
  },
  {
    name: 'a new batch leaves the states of the last behind',
    changes: [slots('    } else {\n      this.#settle();', '    } else {')],
    caughtBy: [CHECK.changing],
  },
  {
    name: 'write leaves the batch as it was',
    changes: [slots('): void {\n    this.#settle();\n    const', '): void {\n    const')],
    caughtBy: [CHECK.zero, CHECK.changing],
  },
  {
    name: 'read gives what was kept, not what is newest',
    changes: [slots('row < 0 ? [this.#kept, slot]', 'row < 1e9 ? [this.#kept, slot]')],
    caughtBy: [CHECK.decode, CHECK.writeBack],
  },
  {
    name: 'write(null) leaves c as it was',
    changes: [slots('this.#kept.c.fill(0, from, to);', '')],
    caughtBy: [CHECK.zero],
  },
  {
    name: 'runs side by side get each other’s tokens',
    changes: [serving('tokens[t * n + row] =', 'tokens[row * window + t] =')],
    caughtBy: [CHECK.sideBySide],
  },
  {
    name: 'the rest of a prefill that fills no graph is dropped',
    changes: [serving('const WINDOWS = [32, 8, 1];', 'const WINDOWS = [32, 8];')],
    caughtBy: [CHECK.prefill, CHECK.pieces],
  },
  {
    name: 'scored by the token that is read, not by the one that follows',
    changes: [serving('read[at + t + 1] ?? next!', 'read[at + t]!')],
    caughtBy: [CHECK.surprise, CHECK.surpriseReference],
  },
  {
    name: 'every piece of a scored text ends with the token behind the whole',
    changes: [
      serving('read[at + t + 1] ?? next!', '(t + 1 < window ? read[at + t + 1] : undefined) ?? next!'),
    ],
    caughtBy: [CHECK.surprise],
  },
  {
    name: 'runs that are scored side by side get each other’s nats',
    changes: [serving('-likelihood[t * n + row]!', '-likelihood[row * window + t]!')],
    caughtBy: [CHECK.surpriseBeside],
  },
  {
    name: 'scored by the last step of a window alone',
    changes: [
      graph(
        "gives === 'likelihood' ? graph.concat(steps, 0)",
        "gives === 'likelihood' ? graph.concat(steps.map(() => h), 0)",
      ),
    ],
    caughtBy: [CHECK.surprise, CHECK.surpriseReference],
  },
  {
    name: 'scored text in the state of its first step',
    changes: [
      graph("graph.output('hNext', h,", "graph.output('hNext', gives === 'likelihood' ? steps[0]! : h,"),
    ],
    caughtBy: [CHECK.surpriseState],
  },
];
