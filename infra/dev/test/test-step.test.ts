import { describe, expect, it } from '@jest/globals';
import { countTests, type Report } from './test-step.ts';

const REPORT: Report = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
};
const GOOD = { code: 0, output: '' };
const BAD = { code: 1, output: '' };

describe('the count of a test run', () => {
  it('has every test, and the coverage threshold as one', () => {
    expect(countTests(REPORT, GOOD, true)).toEqual({ passed: 6, failed: 0, skipped: 0 });
    expect(countTests(REPORT, GOOD, false)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  it('has a missed coverage threshold as one failure', () => {
    const output = 'Jest: Coverage for branches (84.63%) does not meet "global" threshold (90%)';
    expect(countTests(REPORT, { code: 1, output }, true)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  it('has a suite that did not run as a failure', () => {
    const report = { ...REPORT, numFailedTests: 2, numRuntimeErrorTestSuites: 1 };
    expect(countTests(report, BAD, false)).toEqual({ passed: 5, failed: 3, skipped: 0 });
  });

  it('is never without failure when jest failed', () => {
    expect(countTests(REPORT, BAD, false).failed).toBe(1);
    expect(countTests(undefined, BAD, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});
