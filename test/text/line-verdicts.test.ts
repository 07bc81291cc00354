import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cleanLines } from '../../src/text/clean.ts';
import { readLines } from '../../src/text/lines.ts';
import { ReportBuilder } from '../../src/text/report.ts';
import { surveyLines } from '../../src/text/survey.ts';
import { drawLines, rawLines, SAMPLE } from './draw-lines.ts';
import verdicts from './line-verdicts.json' with { type: 'json' };
import { NOVELS, needNovels } from './novels.ts';

/** What becomes of each line of a file: does it begin a line of the text, go on with one, or go. */
class Watcher extends ReportBuilder {
  readonly fates = new Map<number, string>();

  override removed(...note: Parameters<ReportBuilder['removed']>): void {
    const [reason, line] = note;
    if (['advertisement', 'update-line', 'ruler', 'gutenberg', 'repeated-title'].includes(reason)) {
      this.fates.set(line, 'removed');
    }
    super.removed(...note);
  }

  override changed(...note: Parameters<ReportBuilder['changed']>): void {
    const [reason, line] = note;
    if (reason === 'joined-lines') this.fates.set(line, 'continue');
    super.changed(...note);
  }
}

async function fatesOf(file: string): Promise<(line: number) => string> {
  const path = `${NOVELS}/${file}`;
  const survey = await surveyLines(readLines(path, 'utf-8'));
  const watcher = new Watcher();
  await cleanLines(readLines(path, 'utf-8'), survey, watcher, undefined);
  return (line) => watcher.fates.get(line) ?? 'start';
}

describe('300 lines drawn at random and judged by reading', () => {
  it('are the lines that the seed draws, as they were when they were read', (context) => {
    needNovels(context);
    for (const { file, lines } of SAMPLE) {
      const raw = rawLines(NOVELS, file);
      const mine = verdicts.filter((verdict) => verdict.file === file);
      expect(mine.map(({ line }) => line)).toEqual(drawLines(file, raw, lines));
      for (const { line, sha256 } of mine) {
        expect(
          createHash('sha256')
            .update(raw[line - 1]!)
            .digest('hex')
            .slice(0, 12),
        ).toBe(sha256);
      }
    }
  });

  it('are joined, kept or removed as they were judged, 99 % of them at least', async (context) => {
    needNovels(context);
    const wrong: string[] = [];
    for (const { file } of SAMPLE) {
      const fate = await fatesOf(file);
      for (const { line, verdict } of verdicts.filter((judged) => judged.file === file)) {
        if (fate(line) !== verdict) wrong.push(`${file}:${line} is ${fate(line)}, was judged ${verdict}`);
      }
    }
    const share = 1 - wrong.length / verdicts.length;
    console.log(`lines joined or kept rightly: ${(share * 100).toFixed(1)} %`, ...wrong);
    expect(verdicts).toHaveLength(300);
    expect(share, wrong.join('\n')).toBeGreaterThanOrEqual(0.99);
  });
});
