import type { State } from '#engines';

/**
 * A place in a story from which a model can go on: the state after everything but the last token, and that token,
 * which is read when the next is drawn.
 */
export type Place = { readonly state: State | null; readonly pending: number };

/** A place with a state, as it is kept: `h` and `c` as float32, then the token as uint32, all little-endian. */
export function encodePlace({ state, pending }: Place): Uint8Array {
  const { h, c } = state!;
  const bytes = new Uint8Array(4 * (h.length + c.length + 1));
  bytes.set(new Uint8Array(h.buffer, h.byteOffset, h.byteLength), 0);
  bytes.set(new Uint8Array(c.buffer, c.byteOffset, c.byteLength), h.byteLength);
  new DataView(bytes.buffer).setUint32(bytes.length - 4, pending, true);
  return bytes;
}

/** Reads what `encodePlace` wrote for a model of `hidden` units; `undefined` if it is of another size. */
export function decodePlace(bytes: Uint8Array, hidden: number): Place | undefined {
  if (bytes.length !== 4 * (2 * hidden + 1)) return undefined;
  // A copy: stored bytes need not begin at a multiple of four. (The `slice` of a Buffer would be none.)
  const copy = new Uint8Array(bytes);
  const pending = new DataView(copy.buffer).getUint32(copy.length - 4, true);
  const h = new Float32Array(copy.buffer, 0, hidden);
  const c = new Float32Array(copy.buffer, 4 * hidden, hidden);
  return { state: { h, c }, pending };
}
