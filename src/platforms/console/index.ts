export { PLACE } from './chat.ts';
export * from './console.ts';
export { type MadeBook, makeBookOf } from './make-book.ts';
export { setStory } from './page.ts';
export { writeBeside, writeNew } from './write-beside.ts';
