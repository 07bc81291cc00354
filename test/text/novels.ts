import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of real novels: `XUXIE_NOVELS`, else beside the project. They are not part of it. */
export const NOVELS =
  process.env.XUXIE_NOVELS ?? fileURLToPath(new URL('../../../shared/novels', import.meta.url));

/** True where all three novels are there. */
export const haveNovels = ['西遊記', '紅樓夢', '三国演义'].every((title) =>
  existsSync(`${NOVELS}/${title}.txt`),
);
