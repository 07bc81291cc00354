export * from './check.ts';
export type { StoriesOptions } from './core.ts';
export * from './records.ts';
export * from './show.ts';
export * from './stories.ts';
export type { Standing, Undone } from './turns.ts';
export type { Alternatives, Comparison } from './view.ts';
