import { expect, it } from 'vitest';
import { parseInput } from '../../../src/platforms/console/input.ts';

it.each([
  ['', { kind: 'continue' }],
  ['  　 ', { kind: 'continue' }],
  ['r', { kind: 'again' }],
  ['u', { kind: 'undo' }],
  ['U', { kind: 'redo' }],
  ['q', { kind: 'quit' }],
  ['?', { kind: 'help' }],
  ['？', { kind: 'help' }],
  ['ｒ', { kind: 'again' }],
  ['t 0.9', { kind: 'temperature', value: 0.9 }],
  ['t0.9', { kind: 'temperature', value: 0.9 }],
  ['ｔ　０．９', { kind: 'temperature', value: 0.9 }],
  ['t 2', { kind: 'temperature', value: 2 }],
  ['l 200', { kind: 'length', value: 200 }],
  ['t', { kind: 'show-temperature' }],
  ['l', { kind: 'show-length' }],
  ['t abc', { kind: 'bad-temperature', typed: 'abc' }],
  ['t 0.05', { kind: 'bad-temperature', typed: '0.05' }],
  ['t 2.1', { kind: 'bad-temperature', typed: '2.1' }],
  ['l 1.5', { kind: 'bad-length', typed: '1.5' }],
  ['l 0', { kind: 'bad-length', typed: '0' }],
  ['x', { kind: 'unknown', typed: 'x' }],
  ['孙悟空', { kind: 'text', text: '孙悟空' }],
  ['　　孙悟空，Ａ？ ', { kind: 'text', text: '孙悟空，Ａ？' }],
  ['constructor', { kind: 'text', text: 'constructor' }],
  ['the end', { kind: 'text', text: 'the end' }],
  ['。', { kind: 'text', text: '。' }],
])('reads %j', (line, input) => {
  expect(parseInput(line)).toEqual(input);
});
