import { type Candidates, Drawing, type DrawingOptions } from '#generation';

/** What follows behind tokens that were read: ids and logits, best first. */
export type FakeModel = (read: readonly number[]) => { ids: readonly number[]; logits: readonly number[] };

export type DrawnPassage = {
  readonly text: string;
  readonly pieces: readonly string[];
  /** The tokens at whose end the passage ends. */
  readonly tokens: readonly number[];
  readonly draws: number;
  readonly walks: number;
};

/**
 * Draws a passage as a loop must, with the tokens read standing for the state. Strict about the contract: only
 * what was kept and not dropped can be returned to, and candidates are written over at the next draw.
 */
export function drawPassage(
  options: DrawingOptions,
  model: FakeModel,
  stopAfter = Number.POSITIVE_INFINITY,
): DrawnPassage {
  const drawing = new Drawing(options);
  const kept = new Map<number, readonly number[]>();
  const pieces: string[] = [];
  let read: readonly number[] = [];
  let walks = 0;
  const result = (tokens: readonly number[], draws: number) => ({
    text: pieces.join(''),
    pieces,
    tokens,
    draws,
    walks,
  });
  const buffer = { ids: new Int32Array(512), logits: new Float32Array(512) };
  for (let draws = 0; draws < 100_000; draws++) {
    if (drawing.position !== read.length) throw new Error('position is not what was read');
    const stopped = draws >= stopAfter ? drawing.stop() : undefined;
    if (stopped) {
      if (stopped.position !== read.length) throw new Error('stopped elsewhere');
      if (stopped.text !== '') pieces.push(stopped.text);
      return result(read, draws);
    }
    if (drawing.keeps) kept.set(drawing.position, read);
    for (const position of kept.keys()) if (position < drawing.oldest) kept.delete(position);

    const { ids, logits } = model(read);
    const order = [...ids.keys()].sort((a, b) => ids[a]! - ids[b]!);
    buffer.ids.set(order.map((i) => ids[i]!));
    buffer.logits.set(order.map((i) => logits[i]!));
    const candidates: Candidates = { count: ids.length, ...buffer, all: () => candidates };
    const drawn = drawing.draw(candidates);
    buffer.ids.fill(-1);
    if (drawn.text !== '') pieces.push(drawn.text);
    if (drawn.kind === 'token') {
      read = [...read, drawn.token];
      continue;
    }
    const place = kept.get(drawn.position);
    if (!place) throw new Error(`nothing is kept at ${drawn.position}`);
    if (drawn.kind === 'end') return result(place, draws + 1);
    walks++;
    read = [...place.slice(0, -1), drawn.token];
  }
  throw new Error('does not end');
}
