export * from './flags.ts';
export * from './novel-report.ts';
export * from './run-command.ts';
export * from './table.ts';
export * from './usage.ts';
