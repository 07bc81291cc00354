import { existsSync } from 'node:fs';
import { type Novel, type ReadNovelOptions, readNovel } from '#text';

/**
 * Reads the file that `names` names, or the files, where there are commas between them.
 * @throws UserError what `readNovel` throws
 */
export async function readTexts(names: string, options: ReadNovelOptions): Promise<readonly Novel[]> {
  const files = existsSync(names) ? [names] : names.split(',');
  const texts: Novel[] = [];
  for (const file of files) texts.push(await readNovel(file.trim(), options));
  return texts;
}
