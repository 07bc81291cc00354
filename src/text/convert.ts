import type { Conversion } from './novel.ts';

const TO_CURLY: Readonly<Record<string, string>> = { '「': '“', '」': '”', '『': '‘', '』': '’' };
const TO_CORNER: Readonly<Record<string, string>> = { '“': '「', '”': '」', '‘': '『', '’': '』' };

/** A converter of script and quotation marks, its tables loaded at the first call; undefined for `none`. */
export async function createConverter(to: Conversion): Promise<((text: string) => string) | undefined> {
  if (to === 'none') return undefined;
  if (to === 'simplified') {
    const { Converter } = await import('opencc-js/t2cn');
    const convert = Converter({ from: 'twp', to: 'cn' });
    return (text) => convert(text).replace(/[「」『』]/g, (mark: string) => TO_CURLY[mark]!);
  }
  const { Converter } = await import('opencc-js/cn2t');
  const convert = Converter({ from: 'cn', to: 'twp' });
  return (text) => convert(text).replace(/[“”‘’]/g, (mark: string) => TO_CORNER[mark]!);
}
