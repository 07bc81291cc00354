import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Statement, VariableDeclarator } from '@swc/core';
import { Visitor } from '@swc/core/Visitor.js';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { arrowRules } from './arrow-rules.ts';

// The parser's visitor, which dependency-cruiser extends, predates `using` and would throw at it.
const { visitStatement } = Visitor.prototype;
Visitor.prototype.visitStatement = function (statement: Statement): Statement {
  const { type, decls } = statement as { type: string; decls?: VariableDeclarator[] };
  if (type !== 'UsingDeclaration') return visitStatement.call(this, statement);
  if (decls) this.visitVariableDeclarators(decls);
  return statement;
};

/** The one file that reads the environment, and the one that sets a variable for a library. */
const touchesEnvironment = new Set(
  ['src/config.ts', 'src/engines/onnx/telemetry.ts'].map((file) => join(file)),
);

/** One broken arrow: the rule, the file that imports, and what it imports. */
export type Violation = { readonly rule: string; readonly from: string; readonly to: string };

/** Follows every import below `root` and returns how many files were read and which arrows they break. */
export async function checkArrows(root: string): Promise<{ files: number; violations: Violation[] }> {
  const folders = ['src', 'commands', 'scripts', 'bench', 'test'].filter((name) =>
    existsSync(join(root, name)),
  );
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      // TypeScript 7 is not understood by dependency-cruiser; without this parser it finds no file at all.
      parser: 'swc',
      doNotFollow: { path: 'node_modules' },
      validate: true,
      ruleSet: { forbidden: arrowRules },
    },
    { extensions: ['.ts', '.mjs', '.js', '.json'], conditionNames: ['import', 'node'] },
  );
  const { modules, summary } = output as ICruiseResult;
  const violations = summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }));
  for (const file of globSync('{src,commands,scripts}/**/*.{ts,mjs}', { cwd: root }).sort()) {
    const readsEnvironment = /\bprocess\s*(\.|\?\.)\s*env\b|\bprocess\s*\[/.test(
      readFileSync(join(root, file), 'utf8'),
    );
    if (readsEnvironment && !touchesEnvironment.has(file) && !file.startsWith(join('scripts', 'check'))) {
      violations.push({ rule: 'environment-by-config', from: file, to: 'process.env' });
    }
  }
  return { files: modules.filter(({ source }) => /\.(ts|mjs)$/.test(source)).length, violations };
}

if (import.meta.main) {
  const { files, violations } = await checkArrows(process.cwd());
  for (const { rule, from, to } of violations) console.error(`${rule}: ${from} → ${to}`);
  if (files === 0) console.error('dependency-cruiser read no file: it has no parser for TypeScript');
  console.log(`arrows: ${files} files, ${violations.length} violations`);
  process.exitCode = files === 0 || violations.length > 0 ? 1 : 0;
}
