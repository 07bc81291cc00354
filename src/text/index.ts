export { ENCODINGS, toEncoding } from './guess-encoding.ts';
export { guessScript } from './guess-script.ts';
export { longestVerbatim, type VerbatimRun } from './longest-verbatim.ts';
export * from './novel.ts';
export { type KeepNovelOptions, type KeptNovel, keepNovel, lineName, listNovels } from './novel-library.ts';
export { type ReadNovelOptions, readNovel, titleOf } from './read-novel.ts';
export * from './verbatim-filter.ts';
export * from './vocabulary.ts';
