import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lines above which a file is asked for a seam, and above which the check fails. */
const SEAM = 300;
const LIMIT = 400;

/** Lines of every source file below `root`, longest first. */
export function countLines(root: string): { file: string; lines: number }[] {
  return globSync('{src,commands,scripts,bench,test}/**/*.{ts,mjs}', { cwd: root })
    .map((file) => ({ file, lines: readFileSync(`${root}/${file}`, 'utf8').split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
}

if (import.meta.main) {
  const files = countLines(process.cwd());
  const folders = Object.groupBy(files, ({ file }) => dirname(file));
  console.log('lines files longest');
  for (const [folder, own = []] of Object.entries(folders).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sum = own.reduce((total, { lines }) => total + lines, 0);
    const columns = [
      String(sum).padStart(5),
      String(own.length).padStart(5),
      String(own[0]?.lines).padStart(7),
    ];
    console.log(`${columns.join(' ')}  ${folder}`);
  }
  for (const { file, lines } of files.filter((entry) => entry.lines > SEAM)) {
    console.log(`${lines > LIMIT ? 'too long' : 'look for a seam'}: ${file} (${lines} lines)`);
  }
  const median = files[Math.floor(files.length / 2)]?.lines ?? 0;
  console.log(
    `sizes: ${files.length} files, median ${median}, longest ${files[0]?.lines ?? 0} of ${LIMIT} lines`,
  );
  process.exitCode = files.length === 0 || (files[0]?.lines ?? 0) > LIMIT ? 1 : 0;
}
