import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What a figure depends on. */
export type Machine = {
  readonly processor: string;
  readonly cores: number;
  /** Instruction sets that matter here, of those that the processor has. */
  readonly instructions: string;
  /** Whether it sums products of 8-bit integers in one instruction; null where that is not known. */
  readonly vnni: boolean | null;
  /** Whether it multiplies bfloat16; null where that is not known. */
  readonly bf16: boolean | null;
  readonly node: string;
  readonly onnxruntime: string;
  readonly commit: string;
};

const TELLING = [
  'avx2',
  'fma',
  'avx512f',
  'avx512_vnni',
  'avx_vnni',
  'avx512_bf16',
  'amx_int8',
  'amx_bf16',
  'asimddp',
  'i8mm',
  'bf16',
];

/** `cpuinfo`: what Linux says of the processor, for it alone names instruction sets. */
export function machine(cpuinfo = readOr('/proc/cpuinfo')): Machine {
  const listed = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1];
  const flags = new Set(listed?.split(' '));
  const any = (...names: string[]) => (listed ? names.some((name) => flags.has(name)) : null);
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    instructions: TELLING.filter((flag) => flags.has(flag)).join(' ') || 'unknown',
    vnni: any('avx512_vnni', 'avx_vnni', 'asimddp'),
    bf16: any('avx512_bf16', 'amx_bf16', 'bf16'),
    node: process.versions.node,
    onnxruntime: version('onnxruntime-node'),
    commit: commit(),
  };
}

function version(name: string): string {
  const path = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return (
      git('rev-parse', '--short', 'HEAD').trim() +
      (git('status', '--porcelain', '-uno') ? ' with changes' : '')
    );
  } catch {
    return 'unknown';
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
