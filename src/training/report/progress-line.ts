import stringWidth from 'string-width';
import type { Translator } from '#i18n';

export type ProgressState = {
  /** Steps taken, and steps in all. */
  readonly step: number;
  readonly totalSteps: number;
  /** Seconds still to go; undefined as long as nobody can tell. */
  readonly secondsLeft: number | undefined;
  /** Training loss in nats a token; the line shows bits. */
  readonly loss: number | undefined;
  /** Bits per character on held-out chapters, from the last evaluation. */
  readonly heldOutBits: number | undefined;
  readonly charactersPerSecond: number | undefined;
};

const SHORTEST_BAR = 10;
const LONGEST_BAR = 30;
/** The bar grows by so many cells, so that it does not tremble with every digit beside it. */
const BAR_STEP = 5;

/**
 * One line about a training run, never wider than `columns` cells of a terminal: a bar, the share done, the
 * time left, both losses and the speed. What does not fit is left out, the least needed first.
 */
export function progressLine(state: ProgressState, t: Translator, columns: number): string {
  const share = state.totalSteps > 0 ? Math.min(1, state.step / state.totalSteps) : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const { secondsLeft, loss, heldOutBits, charactersPerSecond } = state;
  const parts: string[] = [];
  if (secondsLeft !== undefined) parts.push(t('train.progress.left', { time: clock(secondsLeft) }));
  if (heldOutBits !== undefined) parts.push(t('train.progress.held-out', { bits: bits(heldOutBits) }));
  if (loss !== undefined) parts.push(t('train.progress.loss', { bits: bits(loss / Math.LN2) }));
  if (charactersPerSecond !== undefined) {
    parts.push(t('train.progress.speed', { characters: Math.round(charactersPerSecond) }));
  }
  while (parts.length > 0 && stringWidth(join(percent, parts)) > columns) parts.pop();
  const text = join(percent, parts);
  const room = columns - stringWidth(text) - 3;
  const width = Math.min(LONGEST_BAR, room - (room % BAR_STEP));
  if (width < SHORTEST_BAR) return stringWidth(text) <= columns ? text : '';
  return `[${bar(share, width)}] ${text}`;
}

const join = (percent: string, parts: readonly string[]): string => [percent, ...parts].join('  ');

const bits = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '?');

// ASCII only: block characters are one cell wide in some terminals and two in others.
function bar(share: number, width: number): string {
  const filled = Math.floor(share * width);
  return filled === width ? '='.repeat(width) : `${'='.repeat(filled)}>`.padEnd(width);
}

/** Seconds as m:ss or h:mm:ss. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}
