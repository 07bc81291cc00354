import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '#errors';

const REQUIREMENTS = path.join(import.meta.dirname, 'requirements.txt');
/** Holds the requirements that were installed to the end. */
const MARK = 'installed.txt';
const TAIL = 2000;

/**
 * A Python with the peers in the versions of requirements.txt, in a virtual environment in `folder`, which is made
 * if it is not there and used again if it is complete. `report` hears every line that pip says.
 * @returns the path of the interpreter
 * @throws UserError `bench.no-python`, `bench.no-venv`, `bench.pip-failed`, `bench.no-network`
 */
export async function installPeers(folder: string, report: (line: string) => void): Promise<string> {
  const python = path.join(
    folder,
    ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
  );
  const mark = path.join(folder, MARK);
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;

  if (!existsSync(python)) {
    const made = await run('python3', ['-m', 'venv', folder], report);
    if (made.missing) throw new UserError('bench.no-python');
    if (made.code !== 0) throw new UserError('bench.no-venv', { folder, words: lastLine(made.words) });
  }
  const { code, words } = await run(
    python,
    ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off', '-r', REQUIREMENTS],
    report,
  );
  if (code !== 0) {
    const network = /connection|resolution|timed out|NewConnectionError|SSLError|ProxyError/i.test(words);
    throw new UserError(network ? 'bench.no-network' : 'bench.pip-failed', {
      folder,
      words: lastLine(words),
    });
  }
  writeFileSync(mark, wanted);
  return python;
}

const lastLine = (words: string): string => words.trim().split('\n').at(-1) ?? '';

async function run(command: string, args: readonly string[], report: (line: string) => void) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  let missing = false;
  const hear = (data: Buffer) => {
    words = (words + data).slice(-TAIL);
    report(String(data));
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', (error: NodeJS.ErrnoException) => {
      missing = error.code === 'ENOENT';
      words += error.message;
      resolve(null);
    });
  });
  return { code, words, missing };
}
