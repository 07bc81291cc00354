import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** What a figure depends on: processor, its instruction sets that matter here, threads, versions, commit. */
export function machine(): Record<string, string> {
  const info = readOr('/proc/cpuinfo');
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(info)?.[1]?.split(' '));
  const telling = ['avx2', 'fma', 'avx512f', 'avx512_vnni', 'avx_vnni', 'avx512_bf16', 'amx_int8'];
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: String(cpus().length),
    instructions: telling.filter((flag) => flags.has(flag)).join(' ') || 'unknown',
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
