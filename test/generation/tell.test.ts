import { expect, it } from 'vitest';
import { phrasesFor, tell, writerOn } from '#generation';
import { Vocabulary } from '#text';
import { madeModel } from '../fakes/made-model.ts';
import { certainSession } from '../fakes/noise-session.ts';

const STORY = '却说孙悟空听了。';

async function told(
  prompt: string,
  openings: readonly string[],
  seed = 1,
  { story = STORY, banned = [] as readonly string[], rare = '' } = {},
): Promise<string> {
  const vocabulary = Vocabulary.fromText([STORY, '“”', rare], 1);
  const { about } = madeModel(STORY);
  const model = { vocabulary, about: { ...about, openings } };
  const settings = { temperature: 0.7, length: 3, banned };
  let text = '';
  const session = certainSession(vocabulary, story);
  for await (const piece of tell(writerOn(session, model), model, prompt, settings, seed)) text += piece;
  return text;
}

it('begins with the prompt as it was typed, and goes on in its script', async () => {
  expect(await told('却说', ['孙'])).toBe('却说孙悟空听了。');
  expect(await told('卻說', ['孙'])).toBe('卻說孫悟空聽了。');
});

it('begins with something that the model has read where there is no prompt', async () => {
  expect(await told('', ['悟空'])).toMatch(/^悟空孙/);
  expect(await told('', [])).toBe('却说孙悟空听了。');
  const begun = await Promise.all([7, 8, 9].map((seed) => told('', ['悟空', '听了'], seed)));
  expect(new Set(begun.map((text) => text.slice(0, 2)))).toEqual(new Set(['悟空', '听了']));
});

it('closes a quotation as it was opened, whichever marks the model has learnt', async () => {
  const story = '听了听说了。”';
  expect(await told('孙说“', [], 1, { story })).toBe('孙说“说了。”');
  expect(await told('孙说「', [], 1, { story })).toBe('孙说「说了。」');
});

it('takes banned phrases in the script of the prompt', async () => {
  const written = await told('卻說', [], 1, { banned: ['悟空聽'] });
  expect(written).toMatch(/^卻說孫/);
  expect(written).not.toContain('悟空聽');
});

it('begins with nothing that is banned', async () => {
  for (const seed of [1, 2, 3, 4])
    expect(await told('', ['悟空', '听了'], seed, { banned: ['悟'] })).toMatch(/^听了/);
  expect(await told('', ['悟空'], 1, { banned: ['悟'] })).toMatch(/^却说孙[^悟]+$/);
});

it('bans every way of writing a phrase, also one whose characters the model knows', async () => {
  const written = await told('卻說', [], 1, { story: '了了却说孙。', banned: ['卻'], rare: '卻' });
  expect(written.slice(2)).not.toMatch(/[却卻]/);
});

it('knows names in the script of the model, each once', async () => {
  const vocabulary = Vocabulary.fromText([STORY], 1);
  const { about } = madeModel(STORY);
  const remembered = ['林小滿', '林小满', '說書人'];
  const phrases = await phrasesFor({ remembered, banned: ['滿'] }, { vocabulary, about });
  expect(phrases).toEqual({ remembered: ['林小满', '说书人'], banned: ['滿', '满'] });
});
