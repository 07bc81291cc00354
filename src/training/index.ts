export * from './corpus.ts';
export * from './evaluate.ts';
export * from './run-folder.ts';
export * from './train.ts';
