export * from './corpus.ts';
export * from './evaluate.ts';
export * from './evaluate-stepwise.ts';
export * from './report/index.ts';
export * from './run-folder.ts';
export * from './train.ts';
export * from './train-options.ts';
