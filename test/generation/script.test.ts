import { describe, expect, it } from 'vitest';
import { foldScript, inScript } from '#generation';
import { Vocabulary } from '#text';

const simplified = Vocabulary.fromText(['孙悟空听了道：“这里头发”。'], 1);
const traditional = Vocabulary.fromText(['孫悟空聽了道：「這裡頭髮」。'], 1);

async function converted(pieces: readonly string[], script: 'simplified' | 'traditional') {
  const source = async function* () {
    yield* pieces;
    return 'the end';
  };
  const stream = inScript(source(), script);
  const out: string[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { out, returned: next.value };
    out.push(next.value);
  }
}

describe('foldScript', () => {
  it('tells the script that was typed and puts the text into that of the model', async () => {
    expect(await foldScript('孫悟空聽了道：「這裡', simplified, 'simplified')).toEqual({
      text: '孙悟空听了道：“这里',
      script: 'traditional',
    });
    expect(await foldScript('孙悟空听了道：“这里', traditional, 'traditional')).toEqual({
      text: '孫悟空聽了道：「這裡',
      script: 'simplified',
    });
  });

  it('leaves alone what the model knows, and what is neither', async () => {
    expect(await foldScript('孙悟空听了道：“', simplified, 'simplified')).toEqual({
      text: '孙悟空听了道：“',
    });
    expect(await foldScript('孙悟空🐒', simplified, 'simplified')).toEqual({ text: '孙悟空🐒' });
    expect(await foldScript('孫悟空', simplified, 'other')).toEqual({ text: '孫悟空' });
  });

  it('does not take a quotation mark for a script', async () => {
    expect(await foldScript('悟空道：「了', simplified, 'simplified')).toEqual({ text: '悟空道：“了' });
  });
});

describe('inScript', () => {
  it('converts phrase by phrase, by the neighbours of a character, quotation marks too', async () => {
    const { out, returned } = await converted([...'“头发，皇后发‘怒’。”以后'], 'traditional');
    expect(out.join('')).toBe('「頭髮，皇后發『怒』。」以後');
    expect(out[1]).toBe('頭髮，');
    expect(returned).toBe('the end');
  });

  it('goes the other way as well', async () => {
    expect((await converted(['「頭髮', '」'], 'simplified')).out.join('')).toBe('“头发”');
  });

  it('gives out nothing for nothing', async () => {
    expect((await converted([], 'traditional')).out).toEqual([]);
  });
});
