export * from './flags.ts';
export * from './run-command.ts';
export * from './usage.ts';
