import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { createTranslator } from '#i18n';
import { type LossPoint, lossPlot } from '../../../src/training/report/loss-plot.ts';
import { renderPng } from '../../../src/training/report/render-png.ts';

const english = createTranslator('en');
const falling = (count: number): LossPoint[] =>
  Array.from({ length: count }, (_, index) => ({
    step: index,
    characters: (index + 1) * 10_000,
    trainBits: 9 - Math.sqrt(index),
    heldOutBits: 9.1 - Math.sqrt(index),
  }));

/** The pieces of the line of one colour. */
const pieces = (svg: string, colour: string): number => {
  const path = new RegExp(`<path d="([^"]*)"[^>]*stroke="${colour}" stroke-width="2`).exec(svg)?.[1] ?? '';
  return path.split('M').length - 1;
};
const VERMILION = '#d55e00';
const BLUE = '#0072b2';

test.each<[name: string, points: LossPoint[]]>([
  ['no point', []],
  ['one point', falling(1)],
  ['two points', falling(2)],
  ['two equal points', [falling(1)[0]!, { ...falling(1)[0]!, characters: 20_000 }]],
  ['300 points', falling(300)],
  ['a run that was never evaluated', [{ step: 1, characters: 4096, trainBits: 12 }]],
  [
    'NaN and infinity',
    [...falling(3), { step: 4, characters: 50_000, trainBits: Number.NaN, heldOutBits: Infinity }],
  ],
  ['nothing but NaN', [{ step: 1, characters: 4096, trainBits: Number.NaN, heldOutBits: Number.NaN }]],
  ['NaN characters', [{ step: 1, characters: Number.NaN, trainBits: 3 }]],
])('%s gives a picture in which every number is one', (_, points) => {
  for (const locale of ['en', 'zh-Hans', 'zh-Hant'] as const) {
    const svg = lossPlot({ title: '三国演义', points, t: createTranslator(locale) });
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(renderPng(svg, 0.25).length).toBeGreaterThan(500);
  }
});

test('a gap breaks the line, a value that was not measured does not', () => {
  const gap = falling(9).map((point, index) => (index === 4 ? { ...point, heldOutBits: Number.NaN } : point));
  const svg = lossPlot({ title: '', points: gap, t: english });
  expect([pieces(svg, VERMILION), pieces(svg, BLUE)]).toEqual([2, 1]);
  const seldom = falling(9).map(({ heldOutBits, ...point }, index) =>
    index % 4 ? point : { ...point, heldOutBits: 8 },
  );
  expect(pieces(lossPlot({ title: '', points: seldom as LossPoint[], t: english }), VERMILION)).toBe(1);
});

test('the best point is the lowest held-out one; it is told in words and at its ring', () => {
  const points = falling(9).map((point, index) => (index > 5 ? { ...point, heldOutBits: 8 } : point));
  const svg = lossPlot({ title: '', points, t: english });
  expect(svg).toContain(
    'Best: 6.86 bits per character on the chapters held out, after reading 60K characters',
  );
  expect(svg.match(/>6\.86<\/text>/g)).toHaveLength(1);
  expect(svg).toContain('>8.00</text>');
});

test('characters are counted as the language counts them', () => {
  const points = [{ step: 1, characters: 1_200_000, heldOutBits: 6 }];
  expect(lossPlot({ title: '', points, t: createTranslator('zh-Hans') })).toContain('>100万</text>');
  expect(lossPlot({ title: '', points, t: createTranslator('zh-Hant') })).toContain('>100萬</text>');
  expect(lossPlot({ title: '', points, t: english })).toContain('>1M</text>');
});

test('end values that would touch are moved apart', () => {
  const points = [
    { step: 1, characters: 1000, trainBits: 9, heldOutBits: 9 },
    { step: 2, characters: 2000, trainBits: 6, heldOutBits: 6.01 },
  ];
  const svg = lossPlot({ title: '', points, t: english });
  const heights = [...svg.matchAll(/y="([\d.]+)" font-size="14" fill="#(?:0072b2|d55e00)"/g)].map(([, y]) =>
    Number(y),
  );
  expect(Math.abs(heights[0]! - heights[1]!)).toBeGreaterThanOrEqual(18);
});

test('any title is taken: long ones are cut, markup and control characters do no harm', () => {
  const title = `</text><script>&"\u0000\u001b\ud800${'很長的書名'.repeat(50)}`;
  const svg = lossPlot({ title, points: falling(3), t: english });
  expect(svg).not.toContain('<script>');
  const shown = />(Training on &lt;\/text&gt;.*…)<\/text>/.exec(svg)?.[1] ?? '';
  // 912 units of 22 each, two cells to a unit; an escaped sign is one cell.
  expect(stringWidth(shown.replaceAll(/&\w+;/g, '&'))).toBeGreaterThan(76);
  expect(stringWidth(shown.replaceAll(/&\w+;/g, '&'))).toBeLessThanOrEqual(82);
  expect(() => renderPng(svg, 0.25)).not.toThrow();
});

test('a noisy line is drawn as a mean, with its points behind it', () => {
  const noisy = falling(200).map((point, index) => ({ ...point, trainBits: 6 + (index % 2) }));
  const svg = lossPlot({ title: '', points: noisy, t: english });
  expect(svg.match(/opacity="0.3"/g)).toHaveLength(1);
  expect(svg).toContain('>6.50</text>');
  const gap = noisy.map((point, index) => (index === 100 ? { ...point, trainBits: Number.NaN } : point));
  expect(pieces(lossPlot({ title: '', points: gap, t: english }), BLUE)).toBe(2);
});
