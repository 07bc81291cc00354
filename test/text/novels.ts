import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The folder of real novels: `XUXIE_NOVELS`, else beside the project. They are not part of it. */
export const NOVELS =
  process.env.XUXIE_NOVELS ?? fileURLToPath(new URL('../../../shared/novels', import.meta.url));

const have = ['西遊記', '紅樓夢', '三国演义'].every((title) => existsSync(`${NOVELS}/${title}.txt`));

/** Ends a test that needs the real novels where they are not there, so that the run names it with the reason. */
export function needNovels({ skip }: TestContext): void {
  skip(!have, 'needs the novels: XUXIE_NOVELS names their folder');
}
