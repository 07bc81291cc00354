import { type Model, prepareServing, type ServingModel } from '#lstm';
import { inputTable } from './input-table.ts';
import { servingGraph } from './serving-graph.ts';
import { floats, ints, openSession, runInto, units } from './session.ts';
import { Slots } from './slots.ts';

/** Rows in which the text is read side by side. */
const ROWS = 16;

/**
 * Prepares a model for writing. A tied model's projected values get the range that they have while `text` is read
 * (at least a few hundred tokens of what the model writes like).
 */
export async function prepareForServing(model: Model, text: Int32Array): Promise<ServingModel> {
  const serving = prepareServing(model);
  if (!serving.projection) return serving;
  return { ...serving, projectionRange: await projectionRange(serving, text) };
}

/** The largest magnitude of a projected value while the text is read. */
async function projectionRange(serving: ServingModel, text: Int32Array): Promise<number> {
  const { hidden: H, embedding: E } = serving.config;
  const rows = Math.min(ROWS, text.length);
  const steps = Math.floor(text.length / rows);
  const everyRow = Array.from({ length: rows }, (_, row) => row);
  // Only what is read: the whole table would cost more than the reading.
  const distinct = [...new Set(text)];
  const place = new Map(distinct.map((token, at) => [token, at]));
  const embeddings = new Float32Array(distinct.length * E);
  distinct.forEach((token, at) => {
    embeddings.set(serving.embedding.subarray(token * E, (token + 1) * E), at * E);
  });
  const table = await inputTable(serving, embeddings);
  const session = await openSession(servingGraph(serving, { window: 1, gives: 'projection' }), 1);
  const slots = new Slots(rows, H);
  const projected = new Float32Array(rows * E);
  let range = 0;
  for (let step = 0; step < steps; step++) {
    const { input, output } = slots.take(everyRow);
    const tokens = Int32Array.from(everyRow, (row) => place.get(text[row * steps + step]!)!);
    const feeds = {
      table,
      tokens: ints(tokens, [rows]),
      h: units(input.h, [rows, H]),
      c: floats(input.c, [rows, H]),
    };
    await runInto(session, feeds, {
      projected: floats(projected, [rows, E]),
      hNext: units(output.h, [rows, H]),
      cNext: floats(output.c, [rows, H]),
    });
    for (const value of projected) range = Math.max(range, Math.abs(value));
  }
  await session.release();
  return range;
}
