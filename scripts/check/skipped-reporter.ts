import type { Reporter, TestModule } from 'vitest/node';

/** Names at the end of a run the tests that could not be run, each with its reason. */
export class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const result = test.result();
        const reason = (result.state === 'skipped' && result.note) || 'no reason given';
        lines.push(`  ${module.relativeModuleId} > ${test.fullName}: ${reason}`);
      }
    }
    if (lines.length > 0) console.log(`Not run (${lines.length}):\n${lines.join('\n')}`);
  }
}
