import path from 'node:path';
import type { ContestantPlan } from '../contest/contestant.ts';
import type { Task } from './main.ts';

/** A contestant of ours, a process of its own. */
export const ours = (task: Task): ContestantPlan => ({
  command: process.execPath,
  args: [path.join(import.meta.dirname, 'main.ts'), JSON.stringify(task)],
});
