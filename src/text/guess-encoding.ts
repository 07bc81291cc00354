import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '#errors';
import { fileError } from './inspect-file.ts';
import type { Encoding, EncodingEvidence } from './novel.ts';
import { Utf8Evidence } from './utf8-evidence.ts';

/** Every encoding that a file may be said to have. */
export const ENCODINGS: readonly Encoding[] = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
];

const SAMPLE_BYTES = 64 * 1024;
const LEGACY: readonly Encoding[] = ['gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'];
/** Share of the non-ASCII bytes that either encoding must have before a file counts as mixed. */
const MIXED_SHARE = 0.002;
// A few hundred characters make up most of any Chinese text; under a wrong encoding almost none of them appear.
const FREQUENT = new Set(
  '的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造落视济喜离虽坏曰吾汝' +
    '這來個國說們為時學對過會後裏裡麼沒於還發當無開見經頭從動兩長樣現與進實點種聲全話兒問機給幾業間電門東聽氣關內軍產萬體別處總場師書員華報馬張難數應親務解記邊風戰許覺題請愛讓認論義術結連遠資隊帶條變聯權領傳紅達辦運強區轉眾輕語滿寫識極黃臉錢黨設雙歷廣議單據導網專誰讀飛觀爭組視濟離雖壞道大聖行者長老師父',
);
/** The same for Korean: most Chinese characters of GB18030 are some Korean syllable in EUC-KR, but a rare one. */
const FREQUENT_HANGUL = new Set(
  '이다는을가의에고하지서은로도한나를리기사어라인그있자아들해니것시게대면부일수으여었보안구거정만주오스전내상았려마모야장습까신러말저무소조각던생원동물우없않치성경세제방선되간년실과와할때람집큰날속찾',
);

/**
 * The encoding of a text file: byte order mark, then valid UTF-8, then the pattern of UTF-16, then which of
 * the older encodings makes the most common characters of the first 64 KB.
 * Throws UserError `text.mixed-encodings` where parts of the file are UTF-8 and parts are not.
 */
export async function guessEncoding(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly name: Encoding; readonly evidence: EncodingEvidence }> {
  const evidence = new Utf8Evidence();
  const sample = new Uint8Array(SAMPLE_BYTES);
  let sampled = 0;
  try {
    for await (const chunk of createReadStream(path, signal ? { signal } : {}) as AsyncIterable<Buffer>) {
      if (sampled < SAMPLE_BYTES) {
        const part = chunk.subarray(0, SAMPLE_BYTES - sampled);
        sample.set(part, sampled);
        sampled += part.length;
        const marked = byteOrderMark(sample.subarray(0, sampled));
        if (marked && sampled >= 4) return { name: marked, evidence: 'bom' };
      }
      evidence.push(chunk);
    }
  } catch (error) {
    throw fileError(error as NodeJS.ErrnoException, path);
  }
  evidence.finish();
  const head = sample.subarray(0, sampled);
  const marked = byteOrderMark(head);
  if (marked) return { name: marked, evidence: 'bom' };
  if (evidence.malformed === 0 && evidence.nul === 0) return { name: 'utf-8', evidence: 'valid-utf-8' };
  const wide = guessUtf16(head);
  if (wide) return { name: wide, evidence: 'byte-pattern' };
  if (evidence.nul > evidence.bytes / 1000)
    throw new UserError('text.binary', { file: basename(path), kind: 'unknown' });
  const high = evidence.validBytes + evidence.foreignBytes;
  // A stray bad byte spoils only its own line; the rate of U+FFFD is judged later, when the text is decoded.
  if (evidence.malformed <= high / 3 / 500) return { name: 'utf-8', evidence: 'valid-utf-8' };
  const smaller = Math.min(evidence.validBytes, evidence.foreignBytes);
  if (smaller > high * MIXED_SHARE && smaller >= 60) {
    throw new UserError('text.mixed-encodings', { file: basename(path) });
  }
  return { name: guessLegacy(head), evidence: 'frequent-characters' };
}

function byteOrderMark(bytes: Uint8Array): Encoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0x84 && bytes[1] === 0x31 && bytes[2] === 0x95 && bytes[3] === 0x33) return 'gb18030';
  return undefined;
}

/** UTF-16 without a mark: read one way round, nearly all code units are Han, CJK marks or ASCII. */
function guessUtf16(bytes: Uint8Array): Encoding | undefined {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  if (even.length < 4) return undefined;
  const shares = (['utf-16le', 'utf-16be'] as const).map((name) => {
    const text = new TextDecoder(name, { ignoreBOM: true }).decode(even);
    const usual = text.match(/[\t\r\n -~\u2010-\u2027\u3000-\u301f\u4e00-\u9fff\uff01-\uff5e]/g)?.length ?? 0;
    const common = text.match(/[\r\n，。\u3000 ]/g)?.length ?? 0;
    return { name, usual: usual / text.length, common: common / text.length };
  });
  const best = shares.sort((a, b) => b.common - a.common)[0]!;
  return best.usual > 0.95 && best.common > 0.01 ? best.name : undefined;
}

function guessLegacy(sample: Uint8Array): Encoding {
  const scores = LEGACY.map((name) => ({ name, score: score(sample, name) }));
  return scores.sort((a, b) => b.score - a.score)[0]!.name;
}

/** Share of frequent Chinese characters (or kana, or frequent hangul, in their encodings) less that of undecodable ones. */
function score(sample: Uint8Array, encoding: Encoding): number {
  // The sample may end inside a character; streaming leaves that one out.
  const text = new TextDecoder(encoding).decode(sample, { stream: true });
  let letters = 0;
  let frequent = 0;
  let bad = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) continue;
    letters++;
    if (FREQUENT.has(character) || '，。：“”「」、！？　'.includes(character)) frequent++;
    else if (encoding === 'euc-kr' && FREQUENT_HANGUL.has(character)) frequent++;
    else if ((encoding === 'shift_jis' || encoding === 'euc-jp') && isKana(code)) frequent++;
    else if (code === 0xfffd || (code >= 0xe000 && code <= 0xf8ff)) bad++;
    else if (code >= 0xff61 && code <= 0xff9f) bad++;
  }
  return letters === 0 ? 0 : (frequent - 3 * bad) / letters;
}

function isKana(code: number): boolean {
  return code >= 0x3041 && code <= 0x30ff;
}

/** The encoding that a name means (`GBK`, `cp936`, `UTF8`, `utf-16`); undefined for one that cannot be read. */
export function toEncoding(name: string): Encoding | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/^(gb18030|gbk|gb2312|cp936|euccn|windows936)$/.test(plain)) return 'gb18030';
  if (/^(big5|big5hkscs|cp950)$/.test(plain)) return 'big5';
  if (plain === 'utf16') return 'utf-16le';
  if (/^(shiftjis|sjis|cp932|windows31j)$/.test(plain)) return 'shift_jis';
  return ENCODINGS.find((encoding) => encoding.replace(/[^a-z0-9]/g, '') === plain);
}
