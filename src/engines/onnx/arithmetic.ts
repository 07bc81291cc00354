import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { sumsExactly } from './integer-products.ts';

/**
 * What the same bits depend on beside model and text: `cpu`, whether products are of 8 bits (`vnni`) or of 7
 * (`7-bit`), and `runtime`, the version of the library that computes them.
 */
export async function describeArithmetic(): Promise<{ readonly cpu: string; readonly runtime: string }> {
  const description = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(await readFile(description, 'utf8')) as { readonly version: string };
  return { cpu: (await sumsExactly()) ? 'vnni' : '7-bit', runtime: `onnxruntime-node ${version}` };
}
