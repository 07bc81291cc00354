import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { cleanLines } from '../../src/text/clean.ts';
import type { CleaningReport } from '../../src/text/novel.ts';
import { ReportBuilder } from '../../src/text/report.ts';
import { surveyLines } from '../../src/text/survey.ts';

/** Sentences of a story that nobody has written elsewhere, Simplified. */
export const SENTENCES = [
  '那天傍晚，老船夫把灯挂在桅杆上，对着河面叹了一口气。',
  '“你真的要走吗？”她问，声音轻得像落在水里的叶子。',
  '他没有回答，只是把旧帽子压低，往山那边的小路走去。',
  '村里的人都说，桥头的石狮子夜里会睁开眼睛。',
  '小林不信，他提着灯笼在桥上坐了整整一夜。',
  '天快亮的时候，雾里传来三声钟响，石狮子的影子动了一下。',
  '“谁在那里？”他喊道，手心里全是冷汗。',
  '没有人答应，只有河水从桥洞底下慢慢流过。',
  '后来他把这件事告诉了祖父，祖父笑着给他讲了一个很长的故事。',
  '故事里有一位将军，丢了马，丢了剑，最后连自己的名字也丢了。',
  '他走遍了北方的城，问每一个卖茶的人：“你可认得我？”',
  '卖茶的人摇头，给他一碗热茶，说喝完就想起来了。',
] as const;

/** The same, Traditional. */
export const TRADITIONAL_SENTENCES = [
  '那天傍晚，老船夫把燈掛在桅杆上，對著河面歎了一口氣。',
  '「你真的要走嗎？」她問，聲音輕得像落在水裡的葉子。',
  '他沒有回答，只是把舊帽子壓低，往山那邊的小路走去。',
  '村裡的人都說，橋頭的石獅子夜裡會睜開眼睛。',
  '小林不信，他提著燈籠在橋上坐了整整一夜。',
  '天快亮的時候，霧裡傳來三聲鐘響，石獅子的影子動了一下。',
  '「誰在那裡？」他喊道，手心裡全是冷汗。',
  '沒有人答應，只有河水從橋洞底下慢慢流過。',
  '後來他把這件事告訴了祖父，祖父笑著給他講了一個很長的故事。',
  '故事裡有一位將軍，丟了馬，丟了劍，最後連自己的名字也丟了。',
  '他走遍了北方的城，問每一個賣茶的人：「你可認得我？」',
  '賣茶的人搖頭，給他一碗熱茶，說喝完就想起來了。',
] as const;

/** Cleans a text as a file with these contents would be. */
export async function clean(
  content: string,
): Promise<{ text: string; titles: string[]; report: CleaningReport }> {
  async function* lines() {
    yield* content.split('\n');
  }
  const builder = new ReportBuilder();
  const { text, chapters } = await cleanLines(lines(), await surveyLines(lines()), builder, undefined);
  return { text, titles: chapters.map(({ title }) => title), report: builder.build() };
}

/** A file of this test's own, gone when the test ends; returns its path. */
export function makeFile(name: string, content: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'xuxie-text-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A paragraph wrapped hard at `width` characters. */
export function wrap(paragraph: string, width: number): string {
  const lines: string[] = [];
  for (let at = 0; at < paragraph.length; at += width) lines.push(paragraph.slice(at, at + width));
  return lines.join('\n');
}
