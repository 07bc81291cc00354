export { refusedWriting, writeAtomically } from './atomic-write.ts';
export {
  type Checkpoint,
  checkpointFile,
  describeCheckpoint,
  MODEL_FILE,
  type ModelCard,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
export * from './config.ts';
export { initialise } from './initialise.ts';
export * from './layers.ts';
export * from './log-sum-exp.ts';
export * from './presets.ts';
export * from './quantise.ts';
export * from './serving.ts';
export * from './serving-file.ts';
