import { promisify } from 'node:util';
import { brotliCompress, constants, zstdCompress } from 'node:zlib';

/** Bytes by which a compressed novel grows when a text is put behind it. */
export type Growth = { readonly zstd: number; readonly brotli: number };

/**
 * What a text costs compressors that have read a novel: the size of both together less that of the novel alone, at
 * the strongest levels, with a window that reaches back over all of it. Works in threads of its own.
 */
export async function growth(novel: string, text: string): Promise<Growth> {
  const alone = Buffer.from(novel);
  const together = Buffer.concat([alone, Buffer.from(text)]);
  const windowBits = Math.ceil(Math.log2(together.length + 1));
  const [zstd, brotli] = await Promise.all(
    [zstdSize, brotliSize].map(async (size) => {
      const [less, more] = await Promise.all([size(alone, windowBits), size(together, windowBits)]);
      return more - less;
    }),
  );
  return { zstd: zstd!, brotli: brotli! };
}

const zstd = promisify(zstdCompress);
const brotli = promisify(brotliCompress);

async function zstdSize(data: Buffer, windowBits: number): Promise<number> {
  const params = {
    [constants.ZSTD_c_compressionLevel]: 22,
    [constants.ZSTD_c_windowLog]: Math.max(10, windowBits),
  };
  // Told the size it takes memory for that, else for the largest: 640 MB.
  return (await zstd(data, { params, pledgedSrcSize: data.length })).length;
}

/** Largest window of brotli's own format; above it begins its large-window form. */
const BROTLI_WINDOW = 24;

async function brotliSize(data: Buffer, windowBits: number): Promise<number> {
  // The window's size counts 16 bytes less than the power of two.
  const bits = Math.max(16, windowBits + 1);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_LARGE_WINDOW]: bits > BROTLI_WINDOW,
    [constants.BROTLI_PARAM_LGWIN]: Math.min(30, bits),
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  return (await brotli(data, { params })).length;
}
