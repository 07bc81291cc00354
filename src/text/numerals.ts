const DIGITS: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  '○': 0,
  '０': 0,
  一: 1,
  壹: 1,
  二: 2,
  贰: 2,
  貳: 2,
  两: 2,
  兩: 2,
  三: 3,
  叁: 3,
  參: 3,
  参: 3,
  四: 4,
  肆: 4,
  五: 5,
  伍: 5,
  六: 6,
  陆: 6,
  陸: 6,
  七: 7,
  柒: 7,
  八: 8,
  捌: 8,
  九: 9,
  玖: 9,
};
const UNITS: Readonly<Record<string, number>> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 };

/** Characters that a chapter number may be written with, for use inside a character class. */
export const NUMERAL_CHARACTERS = `0-9０-９${[...Object.keys(DIGITS), ...Object.keys(UNITS)].join('')}廿卅万萬`;

/**
 * The value of a number in Arabic, full-width, Chinese (一百零八, 第一○八) or financial (壹佰) numerals;
 * undefined where the characters make no number. 一百十 is 110, 十 is 10, 廿三 is 23.
 */
export function parseNumeral(text: string): number | undefined {
  const narrow = text.normalize('NFKC');
  if (/^\d{1,6}$/.test(narrow)) return Number(narrow);
  const expanded = narrow.replace(/廿/g, '二十').replace(/卅/g, '三十');
  const characters = [...expanded];
  if (characters.length === 0) return undefined;
  if (characters.every((character) => digit(character) !== undefined)) {
    return Number(characters.map(digit).join(''));
  }
  let total = 0;
  let section = 0;
  let current: number | undefined;
  for (const character of characters) {
    const value = digit(character);
    const unit = UNITS[character];
    if (value !== undefined) current = value;
    else if (unit !== undefined) {
      section += (current ?? 1) * unit;
      current = undefined;
    } else if (character === '万' || character === '萬') {
      total += (section + (current ?? 0)) * 10_000;
      section = 0;
      current = undefined;
    } else return undefined;
  }
  return total + section + (current ?? 0);
}

function digit(character: string): number | undefined {
  return DIGITS[character] ?? (/^\d$/.test(character) ? Number(character) : undefined);
}
