import { expect, it } from 'vitest';
import type { Passage } from '#stories';
import { ModelText } from '../../src/stories/model-text.ts';
import { Storyteller } from '../fakes/storyteller.ts';
import { drawn, ming, tell } from './tell.ts';

async function begin() {
  const models = new Storyteller();
  models.script = 'simplified';
  using lease = await models.acquire('starter');
  const { stories } = tell();
  const { id } = await stories.create('here');
  const made = await drawn(stories.continue(id, ming, { opening: '云', settings: { length: 5 } }));
  const passage = (text: string, more: Partial<Passage> = {}): Passage => ({ ...made, text, ...more });
  return { lease, passage, made };
}

it("puts what people typed, and what models of other lines drew, into the model's script", async () => {
  const { lease, passage, made } = await begin();
  const texts = new ModelText();
  const person = passage('雲山「去也！」', { id: 'a', author: ming, receipt: undefined });
  expect(await texts.of(person, lease, 'starter')).toBe('云山“去也！”');
  const foreign = passage('雲山', { id: 'b', receipt: { ...made.receipt!, line: 'other' } });
  expect(await texts.of(foreign, lease, 'starter')).toBe('云山');
});

it('leaves what a line has drawn as it is: its states have read that', async () => {
  const { lease, passage } = await begin();
  expect(await new ModelText().of(passage('雲「山」'), lease, 'starter')).toBe('雲「山」');
});
