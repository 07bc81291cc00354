import { readFileSync } from 'node:fs';

/** Set in a process's flags while the system takes it apart (PF_EXITING of linux/sched.h). */
const EXITING = 0x4;

/**
 * What tells a process from any other, also from a later one that is given the same number, as happens in a
 * container after a restart: its number and, on Linux, when it started. Undefined if it does not run any more.
 */
export function processMark(pid: number): string | undefined {
  if (!(pid > 0)) return undefined;
  if (process.platform !== 'linux') return isThere(pid) ? String(pid) : undefined;
  try {
    // proc(5): the second field, the name in parentheses, may itself hold spaces and parentheses.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state, flags, started] = [fields[0]!, Number(fields[6]), fields[19]];
    return 'ZX'.includes(state) || flags & EXITING ? undefined : `${pid} ${started}`;
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    // Signal 0 only asks. Not allowed to ask (EPERM) means that there is one.
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
