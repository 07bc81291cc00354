import { describe, expect, it } from 'vitest';
import { Vocabulary } from '#text';
import { corpusHash, openingsOf, splitCorpus, toStream } from '#training';

function book(chapters: number) {
  let text = '书名\n';
  const found = [];
  for (let i = 0; i < chapters; i++) {
    const start = text.length;
    text += `第${i}回\n石猴跳出山来，大笑一声。\n${'且看明日。'.repeat(i % 3)}\n`;
    found.push({ start, end: text.length });
  }
  return { title: '书', text, chapters: found };
}

describe('splitCorpus', () => {
  it('holds out one chapter in twenty, spread across the book, and loses nothing', () => {
    const text = book(100);
    const { training, heldOut } = splitCorpus([text]);
    expect(heldOut.map((section) => Number(/\d+/.exec(section)![0]))).toEqual([9, 29, 49, 69, 89]);
    expect(training).toHaveLength(96);
    expect([...training, ...heldOut].sort().join('')).toBe(
      ['书名\n', ...text.chapters.map((c) => text.text.slice(c.start, c.end))].sort().join(''),
    );
  });

  it('cuts a text without chapters at line ends', () => {
    const text = { title: '无', text: '石猴跳出山来，大笑一声。\n'.repeat(2000), chapters: [] };
    const { training, heldOut } = splitCorpus([text]);
    expect(heldOut).toHaveLength(1);
    expect([...training, ...heldOut].join('').length).toBe(text.text.length);
    expect(new Set([...training, ...heldOut].join('').split('\n')).size).toBe(2);
    for (const section of training) expect(section.endsWith('。\n')).toBe(true);
  });

  it('holds out of every text, and nothing of one too short', () => {
    expect(splitCorpus([book(20), book(40)]).heldOut).toHaveLength(3);
    expect(splitCorpus([{ title: '短', text: '石猴。', chapters: [] }]).heldOut).toHaveLength(0);
  });
});

describe('corpusHash', () => {
  it('changes with any character and with what is held out', () => {
    const split = { training: ['甲', '乙'], heldOut: ['丙'] };
    const hashes = [
      split,
      { ...split, training: ['甲乙'] },
      { training: ['甲'], heldOut: ['乙', '丙'] },
      { ...split, heldOut: ['丁'] },
    ].map(corpusHash);
    expect(new Set(hashes).size).toBe(4);
    expect(corpusHash({ ...split })).toBe(hashes[0]);
  });
});

describe('toStream', () => {
  it('puts a start-of-story token before each section', () => {
    const vocabulary = Vocabulary.fromText(['石猴'], 1);
    const stream = toStream(['石', '猴石'], vocabulary);
    expect([...stream].filter((id) => id === vocabulary.startOfStory)).toHaveLength(2);
    expect(stream[0]).toBe(vocabulary.startOfStory);
    expect(vocabulary.decode(stream)).toBe('石猴石');
  });
});

describe('openingsOf', () => {
  it('gives short beginnings of paragraphs, never a title', () => {
    const openings = openingsOf(splitCorpus([book(100)]), 10);
    expect(openings.length).toBeGreaterThan(0);
    for (const opening of openings) expect(opening).toMatch(/^(石猴跳出山来，|且看明日。)$/);
  });
});
