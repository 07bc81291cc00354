import { readFileSync } from 'node:fs';

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
};

/**
 * The closing line of a run of several suites, from the JSON reports of Vitest. `failedSteps` are failures
 * that no report counts; nothing passed, or anything skipped, is a failure too: here all must have run.
 */
export function sumReports(
  reports: readonly Report[],
  failedSteps: number,
): { line: string; failed: number } {
  const sum = (count: (report: Report) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const passed = sum((report) => report.numPassedTests);
  const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
  const incomplete = (passed === 0 ? 1 : 0) + (skipped > 0 ? 1 : 0);
  const failed = sum((report) => report.numFailedTests) + failedSteps + incomplete;
  return { line: `${passed} passed, ${failed} failed, ${skipped} skipped`, failed };
}

if (import.meta.main) {
  const [failedSteps, ...files] = process.argv.slice(2);
  const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
  const { line, failed } = sumReports(reports, Number(failedSteps));
  console.log(line);
  process.exitCode = failed > 0 ? 1 : 0;
}
