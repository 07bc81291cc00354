import { describe, expect, it } from 'vitest';
import { foldScript, inScript, type Quotes, type Script } from '#generation';
import { Vocabulary } from '#text';

const simplified = Vocabulary.fromText(['孙悟空听了道：“这里头发”。'], 1);
const traditional = Vocabulary.fromText(['孫悟空聽了道：「這裡頭髮」。'], 1);

async function converted(pieces: readonly string[], script: Script | undefined, quotes?: Quotes) {
  const source = async function* () {
    yield* pieces;
    return 'the end';
  };
  const stream = inScript(source(), script, quotes);
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
      quotes: 'corner',
    });
    expect(await foldScript('孙悟空听了道：“这里', traditional, 'traditional')).toEqual({
      text: '孫悟空聽了道：「這裡',
      script: 'simplified',
      quotes: 'curly',
    });
  });

  it('leaves alone what the model knows, and what is neither', async () => {
    expect(await foldScript('孙悟空听了道：“', simplified, 'simplified')).toEqual({
      text: '孙悟空听了道：“',
      quotes: 'curly',
    });
    expect(await foldScript('孙悟空听了', simplified, 'simplified')).toEqual({ text: '孙悟空听了' });
    expect(await foldScript('孙悟空🐒', simplified, 'simplified')).toEqual({ text: '孙悟空🐒' });
    expect(await foldScript('孫悟空', simplified, 'other')).toEqual({ text: '孫悟空' });
  });

  it('does not take a quotation mark for a script, but puts it into those of the model', async () => {
    const folded = { text: '悟空道：“了', quotes: 'corner' };
    expect(await foldScript('悟空道：「了', simplified, 'simplified')).toEqual(folded);
    const both = Vocabulary.fromText(['孙悟空道：“”“”了「」'], 1);
    expect(await foldScript('悟空道：「了', both, 'simplified')).toEqual(folded);
  });

  it('takes for the marks of a model those that it has seen more of, whatever its script', async () => {
    const mainland = Vocabulary.fromText(['孙悟空道：「」「」了“”'], 1);
    const folded = { text: '悟空道：「了『', quotes: 'curly' };
    expect(await foldScript('悟空道：“了‘', mainland, 'simplified')).toEqual(folded);
    const unmarked = Vocabulary.fromText(['孙悟空道：了'], 1);
    expect((await foldScript('道：「了', unmarked, 'simplified')).text).toBe('道：“了');
  });
});

describe('inScript', () => {
  it('leaves its source when it is left itself', async () => {
    let left = false;
    const source = async function* () {
      try {
        for (;;) yield '发，';
      } finally {
        left = true;
      }
    };
    for await (const _ of inScript(source(), 'traditional')) break;
    expect(left).toBe(true);
  });

  it('converts phrase by phrase, by the neighbours of a character, quotation marks too', async () => {
    const { out, returned } = await converted([...'“头发，皇后发‘怒’。”以后'], 'traditional');
    expect(out.join('')).toBe('「頭髮，皇后發『怒』。」以後');
    expect(out[1]).toBe('頭髮，');
    expect(returned).toBe('the end');
  });

  it('goes the other way as well', async () => {
    expect((await converted(['「頭髮', '」'], 'simplified')).out.join('')).toBe('“头发”');
  });

  it('uses the quotation marks that are asked for', async () => {
    const { out } = await converted([...'“头发‘怒’。”'], 'traditional', 'curly');
    expect(out.join('')).toBe('“頭髮‘怒’。”');
  });

  it('changes nothing but quotation marks, and waits for nothing, where only they differ', async () => {
    const { out, returned } = await converted(['道：', '“头', '发', '。”'], undefined, 'corner');
    expect(out).toEqual(['道：', '「头', '发', '。」']);
    expect(returned).toBe('the end');
  });

  it('gives out nothing for nothing', async () => {
    expect((await converted([], 'traditional')).out).toEqual([]);
  });
});
