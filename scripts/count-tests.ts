/**
 * Prints the numbers of a vitest JSON report as `passed failed skipped`: `tsx scripts/count-tests.ts <report.json>`.
 *
 * A file that failed before its first test (a syntax error, a set-up that threw) counts as one failure, since vitest's own
 * count of tests does not know it.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const reportSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const [path = '.vitest-report.json'] = process.argv.slice(2);
const report = reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
);
console.log(report.numPassedTests, report.numFailedTests + brokenFiles.length, report.numPendingTests + report.numTodoTests);
