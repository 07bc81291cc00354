import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICK = 0.01;

/** Processor time of all cores since the start, in seconds. */
export type ProcessorTime = {
  readonly total: number;
  /** In which a core had nothing to do. */
  readonly idle: number;
};

/** Undefined where the system does not tell. */
export function processorTime(stat = readOr('/proc/stat')): ProcessorTime | undefined {
  const fields = /^cpu\s+(.*)$/m.exec(stat)?.[1]?.split(' ').map(Number);
  // user nice system idle iowait irq softirq steal guest guest_nice, as proc(5) orders them; guests count as user.
  if (!fields) return undefined;
  const total = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  return { total: TICK * total, idle: TICK * (fields[3]! + fields[4]!) };
}

/** Processor time that a process has used with all its threads, in seconds; undefined where it is not known. */
export function timeOf(pid: number, stat = readOr(`/proc/${pid}/stat`)): number | undefined {
  if (stat === '') return undefined;
  // Behind the name, which may hold anything, utime and stime are the 12th and 13th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK * (Number(fields[11]) + Number(fields[12]));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
