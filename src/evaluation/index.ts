export * from './baselines.ts';
export * from './shared-part.ts';
