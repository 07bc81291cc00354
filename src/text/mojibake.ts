import { excerpt, type PolishNotes } from './polish.ts';

// Where one byte was damaged, the bytes after it that belonged to the same character are lost too.
const BAD = /[\ufffd\ue000-\uf8ff]+/u;

/** A sentence with several undecodable places is left out; a single one becomes □, the mark of a lost character. */
export function repairMojibake(text: string, notes: PolishNotes): string {
  if (!BAD.test(text)) return text;
  return text.replace(/[^。！？]+[。！？]?[”’」』]*/gu, (sentence, start: number) => {
    const bad = sentence.match(new RegExp(BAD, 'gu'))?.length ?? 0;
    if (bad === 0) return sentence;
    if (bad > 1) {
      notes.removed('mojibake', sentence, start);
      return '';
    }
    const at = start + sentence.search(BAD);
    notes.changed('lost-character', excerpt(text, at), 1, at);
    return sentence.replace(BAD, '□');
  });
}
