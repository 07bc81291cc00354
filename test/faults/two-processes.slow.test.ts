import { expect, it } from 'vitest';
import { readKept } from './kept.ts';
import { makePlace } from './place.ts';
import { start } from './start.ts';

it('a second process is told who has the data; kill -9 of the first frees it at once', async () => {
  const { config } = await makePlace();
  const first = start('src/main.ts', config);
  first.type('l 10\n孙悟空听了。\n');
  await first.heard('孙悟空听了。');

  const second = start('src/main.ts', config);
  second.type('去也！\n');
  second.end();
  expect(await second.ended).toBe(1);
  expect(second.output).toBe('');
  expect(second.errors).toBe(
    `Another xuxie already works in ${config.data} (process ${first.process.pid}). End it first, or give this one a folder of its own with XUXIE_DATA.\n`,
  );

  // The first has noticed nothing.
  first.type('大笑道。\n');
  await first.heard('大笑道。');
  first.process.kill('SIGKILL');
  await first.ended;

  const third = start('src/main.ts', config);
  third.type('去也！\n');
  third.end();
  expect(await third.ended).toBe(0);
  expect(third.output).toContain('去也！');
  expect(third.errors).toBe('');
  const { passages } = await readKept(config);
  const typed = [...passages.values()].filter(({ author }) => author.kind === 'person');
  expect(typed.map(({ text }) => text).sort()).toEqual(['去也！', '大笑道。', '孙悟空听了。'].sort());
});

it('of ten that start at the same moment one gets the data, and the others are told', async () => {
  const { config } = await makePlace();
  const all = Array.from({ length: 10 }, () => start('src/main.ts', config));
  for (const one of all) one.type('l 10\n孙悟空听了。\n');
  const losers = await Promise.all(
    all.map(async (one) => {
      await Promise.race([one.heard('孙悟空听了。'), one.ended]);
      return one.output === '' ? one : undefined;
    }),
  );
  const told = losers.filter((one) => one !== undefined);
  expect(told).toHaveLength(9);
  for (const one of told) {
    expect(await one.ended).toBe(1);
    expect(one.errors).toMatch(/^Another xuxie already works in .* \(process (\d+|\?)\)\. End it first/);
  }
});
