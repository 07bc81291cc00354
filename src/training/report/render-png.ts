import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

// The package's entry only tells addresses to fetch from; beside it lie the fonts themselves. This set holds the
// Traditional characters too (all of Big5), while the sets for Traditional lack a thousand Simplified ones.
const entry = createRequire(import.meta.url).resolve('@embedpdf/fonts-sc');
const fontFiles = ['Regular', 'Bold'].map((weight) => join(entry, `../../fonts/NotoSansHans-${weight}.otf`));

/** Draws an SVG as PNG, `zoom` pixels to a unit, with our own fonts: the same picture on every machine. */
export function renderPng(svg: string, zoom = 2): Uint8Array {
  const image = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'Noto Sans S Chinese' },
  });
  return image.render().asPng();
}
