export * from './novel.ts';
export { type ReadNovelOptions, readNovel } from './read-novel.ts';
export * from './vocabulary.ts';
