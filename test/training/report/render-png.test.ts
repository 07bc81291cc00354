import { expect, test } from 'vitest';
import { renderPng } from '../../../src/training/report/render-png.ts';

const drawn = (text: string, weight = 400): string => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="30" font-size="28" font-weight="${weight}">${text}</text></svg>`;
  return Buffer.from(renderPng(svg, 1)).toString('base64');
};

test('the picture is a PNG of the size asked for', () => {
  const png = Buffer.from(renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="96" height="56"/>', 2));
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([192, 112]);
});

test('Simplified and Traditional characters have their own glyphs, without any font of the system', () => {
  const characters = [...'三国演义斗破苍穹续写紅樓夢西遊記續寫誅仙诛仙，。…「」《》0aé'];
  const absent = [drawn(''), drawn('\ue123')];
  const pictures = new Set(characters.map((character) => drawn(character)));
  expect(pictures.size).toBe(new Set(characters).size);
  expect(absent.filter((picture) => pictures.has(picture))).toEqual([]);
});

test('bold is bolder', () => {
  expect(drawn('字', 700)).not.toBe(drawn('字', 400));
});
