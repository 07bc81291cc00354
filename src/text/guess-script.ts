import { createConverter } from './convert.ts';

/** Characters that are looked at. */
const SAMPLE = 20_000;
/** A text of which conversion changes more than this share is written in the other script. */
const TELLING_SHARE = 0.03;

/**
 * The script that most of a text is written in, though some of the other may have leaked into it; `other` when
 * neither conversion changes much, as in a text that is not Chinese.
 */
export async function guessScript(text: string): Promise<'simplified' | 'traditional' | 'other'> {
  const sample = text.slice(0, SAMPLE);
  const changed = async (to: 'simplified' | 'traditional') => {
    const converted = (await createConverter(to))!(sample);
    let count = 0;
    for (let i = 0; i < sample.length; i++)
      if (sample[i] !== converted[i] && /\p{Script=Han}/u.test(sample[i]!)) count++;
    return count / Math.max(1, sample.length);
  };
  const [simplifying, traditionalising] = [await changed('simplified'), await changed('traditional')];
  if (Math.max(simplifying, traditionalising) < TELLING_SHARE) return 'other';
  return simplifying > traditionalising ? 'traditional' : 'simplified';
}
