// Plain JavaScript on purpose: an older Node cannot read the TypeScript that would tell it so. And nothing from
// packages, since they may not be there yet.
import { readFileSync } from 'node:fs';

if (Number(process.versions.node.split('.')[0]) < 24) {
  refuse(
    `xuxie needs Node 24 or newer; this is Node ${process.versions.node}.`,
    'On Linux x64 "npm ci" brings its own Node 24: start everything through npm ("npm start", "npm run …").',
    'Elsewhere install Node 24 first.',
  );
}
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const missing = Object.keys(dependencies).filter((name) => !isThere(name));
if (missing.length > 0) {
  refuse(
    `xuxie needs packages that are not installed (${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}).`,
    'Run "npm ci" in its folder once, then the same command again.',
  );
}

function isThere(name) {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

function refuse(...lines) {
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exit(1);
}
