import stringWidth from 'string-width';

/** The colour of text and axes. */
export const INK = '#1a1a1a';

/** How a text is set: size in units of the drawing, black unless said otherwise. */
export type TextStyle = {
  readonly size: number;
  readonly fill?: string;
  readonly bold?: boolean;
  readonly anchor?: 'middle' | 'end';
};

/** A line of text whose base line begins (or ends, or has its middle) at (x, y). */
export function text(
  x: number,
  y: number,
  content: string,
  { size, fill = INK, bold, anchor }: TextStyle,
): string {
  const style = `${bold ? ' font-weight="700"' : ''}${anchor ? ` text-anchor="${anchor}"` : ''}`;
  return `<text x="${pixel(x)}" y="${pixel(y)}" font-size="${size}" fill="${fill}"${style}>${escapeXml(content)}</text>`;
}

/** Shortens a text to a width in pixels; a Chinese character is as wide as the font is high. */
export function shorten(content: string, width: number, size: number): string {
  const cells = Math.floor((width / size) * 2);
  if (stringWidth(content) <= cells) return content;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(content)) {
    if (stringWidth(kept + segment) > cells - 2) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** A coordinate to a hundredth of a unit. */
export const pixel = (value: number): number => Math.round(value * 100) / 100;

/** What XML cannot hold, control characters, is left out. */
export function escapeXml(content: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return content
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? '');
}
