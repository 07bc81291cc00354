export { refusedWriting, writeAtomically } from './atomic-write.ts';
export * from './checkpoint.ts';
export * from './config.ts';
export { initialise } from './initialise.ts';
export * from './layers.ts';
export * from './presets.ts';
