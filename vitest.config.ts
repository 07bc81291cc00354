import { defineConfig } from 'vitest/config';
import { SkippedReporter } from './scripts/check/skipped-reporter.ts';

const report = process.env.XUXIE_TEST_REPORT;
const slow = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new SkippedReporter(), ...(report ? ['json'] : [])],
    ...(report && { outputFile: { json: report } }),
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [slow], testTimeout: 60_000 },
      },
      { extends: true, test: { name: 'slow', include: [slow], testTimeout: 600_000 } },
    ],
  },
});
