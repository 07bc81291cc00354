import { UserError } from '#errors';
import type { Problem } from './protocol.ts';

/** An error as it crosses the border. */
export function problemOf(error: unknown): Problem {
  if (error instanceof UserError) return { code: error.code, params: error.params };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error that stands on this side of the border for a problem on the other. */
export const errorOf = (problem: Problem): Error =>
  'code' in problem ? new UserError(problem.code, problem.params) : new Error(problem.message);
