import type { Conversion } from './novel.ts';

const TO_CURLY: Readonly<Record<string, string>> = { '「': '“', '」': '”', '『': '‘', '』': '’' };
const TO_CORNER: Readonly<Record<string, string>> = { '“': '「', '”': '」', '‘': '『', '’': '』' };

/** Swaps quotation marks alone. */
export const markConverters = {
  simplified: (text: string) => text.replace(/[「」『』]/g, (mark) => TO_CURLY[mark]!),
  traditional: (text: string) => text.replace(/[“”‘’]/g, (mark) => TO_CORNER[mark]!),
};

/** A converter of script and quotation marks, its tables loaded at the first call; undefined for `none`. */
export async function createConverter(to: Conversion): Promise<((text: string) => string) | undefined> {
  if (to === 'none') return undefined;
  if (to === 'simplified') {
    const { Converter } = await import('opencc-js/t2cn');
    const convert = Converter({ from: 'twp', to: 'cn' });
    // 么 in a Traditional book is 麼 that leaked in from the other script; by itself it would become 幺.
    return (text) => markConverters.simplified(convert(text.replaceAll('么', '麼')));
  }
  const { Converter } = await import('opencc-js/cn2t');
  // Characters only: Taiwan's words for things would make 資訊 of an old novel's 信息.
  const convert = Converter({ from: 'cn', to: 'tw' });
  return (text) => markConverters.traditional(convert(text));
}
