import stringWidth from 'string-width';
import type { Translator } from '#i18n';
import { linearScale, type Scale } from './scale.ts';
import { escapeXml, INK, pixel, shorten, text } from './svg.ts';

/** A measurement: losses in bits per character, `characters` read when it was made. */
export type LossPoint = {
  readonly step: number;
  readonly characters: number;
  readonly trainBits?: number;
  readonly heldOutBits?: number;
};

export type LossPlotOptions = {
  /** What was trained on; any text. */
  readonly title: string;
  /** In the order of time. What is not finite leaves a gap in its line. */
  readonly points: readonly LossPoint[];
  readonly t: Translator;
};

type Point = readonly [x: number, y: number];
type Series = {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly Point[];
  /** The points before smoothing; the same array where nothing was smoothed. */
  readonly raw: readonly Point[];
  readonly dotted: boolean;
};

const WIDTH = 960;
const HEIGHT = 560;
const MARGIN = 24;
const FRAME = { left: 64, right: WIDTH - 96, top: 118, bottom: HEIGHT - 62 };
/** Two colours of Okabe and Ito (2008), told apart in every form of colour blindness and in grey. */
const BLUE = '#0072b2';
const VERMILION = '#d55e00';
const GREY = '#5c5c5c';
const FONTS =
  "'Noto Sans S Chinese','Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif";
/** Points up to which each gets a mark of its own. */
const MARKED = 40;
/** The first steps fall from the loss of chance; this share of a long run may leave the frame at its top. */
const FALL = 0.03;
const LONG = 20;
/** Points above which a line is drawn as a mean over this share of itself, with the points behind it. */
const NOISY = 60;
const MEAN_OVER = 1 / 40;

/**
 * The losses of a run over the characters it has read, as an SVG of 960 × 560: the training text, the
 * chapters held out, and where these were predicted best.
 */
export function lossPlot({ title, points, t }: LossPlotOptions): string {
  const train = valuesOf(points, 'trainBits');
  const heldOut = valuesOf(points, 'heldOutBits');
  const measured = heldOut.filter(isFinitePoint);
  const series: Series[] = [
    { name: t('train.plot.train'), colour: BLUE, points: smooth(train), raw: train, dotted: false },
    {
      name: t('train.plot.held-out'),
      colour: VERMILION,
      points: heldOut,
      raw: heldOut,
      dotted: heldOut.length <= MARKED,
    },
  ].filter((one) => one.points.some(isFinitePoint));
  const best = measured.reduce<Point | undefined>((a, b) => (a && a[1] <= b[1] ? a : b), undefined);
  const compact = new Intl.NumberFormat(t.locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const summary = best
    ? t('train.plot.best', { bits: best[1].toFixed(2), characters: compact.format(best[0]) })
    : t('train.plot.no-best');

  const all = series.flatMap((one) => one.points).filter(isFinitePoint);
  const x = linearScale([0, Math.max(...all.map(([value]) => value), 1)], [FRAME.left, FRAME.right], {
    count: 6,
    round: false,
  });
  const y = linearScale(range(all), [FRAME.bottom, FRAME.top], { count: 6, round: true });

  const body = [
    text(MARGIN, 40, shorten(t('train.plot.title', { title }), WIDTH - 2 * MARGIN, 22), {
      size: 22,
      bold: true,
    }),
    text(MARGIN, 66, summary, { size: 14, fill: GREY }),
    text(MARGIN, FRAME.top - 20, t('train.plot.bits'), { size: 13, fill: GREY }),
    legend(series),
    axes(x, y, (value) => compact.format(value)),
    text(FRAME.right, FRAME.bottom + 46, t('train.plot.characters'), { size: 13, fill: GREY, anchor: 'end' }),
    ...series.map((one) => curve(one, x, y)),
    best ? marker(best, best === measured.at(-1), x, y) : '',
    ...endLabels(series, x, y),
    all.length === 0
      ? text((FRAME.left + FRAME.right) / 2, (FRAME.top + FRAME.bottom) / 2, t('train.plot.empty'), {
          size: 16,
          fill: GREY,
          anchor: 'middle',
        })
      : '',
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONTS}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<clipPath id="frame"><rect x="${FRAME.left}" y="${FRAME.top - 4}" width="${FRAME.right - FRAME.left + 8}" height="${FRAME.bottom - FRAME.top + 8}"/></clipPath>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    ...body.filter(Boolean),
    '</svg>\n',
  ].join('\n');
}

function valuesOf(points: readonly LossPoint[], name: 'trainBits' | 'heldOutBits'): Point[] {
  return points.flatMap(({ characters, [name]: value }): Point[] =>
    value === undefined || !Number.isFinite(characters) ? [] : [[characters, value]],
  );
}

/** The mean of the points around each one; a gap stays a gap. */
function smooth(points: readonly Point[]): readonly Point[] {
  if (points.length <= NOISY) return points;
  const reach = Math.ceil((points.length * MEAN_OVER) / 2);
  return points.map(([characters, value], index): Point => {
    if (!Number.isFinite(value)) return [characters, value];
    const near = points.slice(Math.max(0, index - reach), index + reach + 1).filter(isFinitePoint);
    return [characters, near.reduce((sum, [, one]) => sum + one, 0) / near.length];
  });
}

const isFinitePoint = ([, value]: Point): boolean => Number.isFinite(value);

/** The values to show: all, but for the fall at the very beginning of a long run. */
function range(points: readonly Point[]): [number, number] {
  if (points.length === 0) return [0, 10];
  const end = Math.max(...points.map(([characters]) => characters));
  const settled = points.filter(([characters]) => characters >= end * FALL);
  const values = (points.length > LONG ? settled : points).map(([, value]) => value);
  return [Math.min(...values), Math.max(...values)];
}

function axes(x: Scale, y: Scale, count: (value: number) => string): string {
  const decimals = Math.max(...y.ticks.map((tick) => (String(tick).split('.')[1] ?? '').length));
  const rows = y.ticks.map((tick) => {
    const at = pixel(y(tick));
    const line = `<line x1="${FRAME.left}" x2="${FRAME.right}" y1="${at}" y2="${at}" stroke="#e4e4e4"/>`;
    return (
      line +
      text(FRAME.left - 10, y(tick) + 4.5, tick.toFixed(decimals), { size: 13, fill: GREY, anchor: 'end' })
    );
  });
  const columns = x.ticks.map((tick) => {
    const at = pixel(x(tick));
    const mark = `<line x1="${at}" x2="${at}" y1="${FRAME.bottom}" y2="${FRAME.bottom + 5}" stroke="${INK}"/>`;
    return mark + text(x(tick), FRAME.bottom + 22, count(tick), { size: 13, fill: GREY, anchor: 'middle' });
  });
  const base = `<line x1="${FRAME.left}" x2="${FRAME.right}" y1="${FRAME.bottom}" y2="${FRAME.bottom}" stroke="${INK}"/>`;
  return [...rows, ...columns, base].join('\n');
}

/** Names the lines, right above the frame, so that the ends of the lines are free for their values. */
function legend(series: readonly Series[]): string {
  let right = FRAME.right;
  const entries = series.toReversed().map(({ name, colour, dotted }) => {
    const start = right - stringWidth(name) * 6.5 - 31;
    right = start - 24;
    const middle = FRAME.top - 25;
    const line = `<line x1="${start}" x2="${start + 24}" y1="${middle}" y2="${middle}" stroke="${colour}" stroke-width="2.5"/>`;
    const dot = dotted ? `<circle cx="${start + 12}" cy="${middle}" r="3.5" fill="${colour}"/>` : '';
    return line + dot + text(start + 31, middle + 5, name, { size: 13, fill: INK });
  });
  return entries.join('\n');
}

function curve({ points, raw, colour, dotted }: Series, x: Scale, y: Scale): string {
  const isGap = (point: Point | undefined): boolean => !point || !isFinitePoint(point);
  const marked = points.filter(
    (point, index) => !isGap(point) && (dotted || (isGap(points[index - 1]) && isGap(points[index + 1]))),
  );
  const dots = marked.map((point) => {
    return `<circle cx="${pixel(x(point[0]))}" cy="${pixel(y(point[1]))}" r="3.5" fill="${colour}"/>`;
  });
  const behind = raw === points ? '' : path(raw, x, y, `stroke="${colour}" stroke-width="1" opacity="0.3"`);
  const line = path(points, x, y, `stroke="${colour}" stroke-width="${dotted ? 2.5 : 2}"`);
  return `<g clip-path="url(#frame)">${behind}${line}${dots.join('')}</g>`;
}

function path(points: readonly Point[], x: Scale, y: Scale, style: string): string {
  let pen = 'M';
  let way = '';
  for (const point of points) {
    if (isFinitePoint(point)) way += `${pen}${pixel(x(point[0]))} ${pixel(y(point[1]))}`;
    pen = isFinitePoint(point) ? 'L' : 'M';
  }
  return `<path d="${way}" fill="none" stroke-linejoin="round" stroke-linecap="round" ${style}/>`;
}

/** A ring around the best point, and a hairline down to the axis; its value, unless the line ends there. */
function marker(point: Point, isLast: boolean, x: Scale, y: Scale): string {
  const [at, height] = [pixel(x(point[0])), pixel(y(point[1]))];
  const value = { size: 14, fill: VERMILION, bold: true, anchor: 'middle' } as const;
  return (
    `<line x1="${at}" x2="${at}" y1="${height + 8}" y2="${FRAME.bottom}" stroke="${VERMILION}" stroke-dasharray="2 4"/>` +
    `<circle cx="${at}" cy="${height}" r="7" fill="none" stroke="${VERMILION}" stroke-width="2"/>` +
    (isLast ? '' : text(at, height - 15, point[1].toFixed(2), value))
  );
}

/** The last value of each line, at its end, moved apart where they would touch. */
function endLabels(series: readonly Series[], x: Scale, y: Scale): string[] {
  const labels = series.flatMap(({ points, colour }) => {
    const last = points.findLast(isFinitePoint);
    return last ? [{ colour, value: last[1], left: x(last[0]) + 14, at: y(last[1]) + 5 }] : [];
  });
  labels.sort((a, b) => a.at - b.at);
  const [upper, lower] = labels;
  if (upper && lower && lower.at - upper.at < 18) {
    const middle = (upper.at + lower.at) / 2;
    upper.at = middle - 9;
    lower.at = middle + 9;
  }
  return labels.map(({ colour, value, left, at }) =>
    text(left, at, value.toFixed(2), { size: 14, fill: colour, bold: true }),
  );
}
