import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createTempFolder } from '@timepoint/testkit/temp-folder';

/** A step that hangs for this long, in ms, has failed. */
const STEP_DEADLINE_MS = 60 * 60_000;

const JEST = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
];

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface StepResult extends Counts {
  readonly title: string;
  readonly seconds: number;
}

/** How a step ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a tool that passes or fails as a whole. Its output is shown only when it fails. */
export async function runTool(
  title: string,
  [command = '', ...args]: readonly string[],
  signal: AbortSignal,
): Promise<StepResult> {
  const startedAt = Date.now();
  const { code, output } = await run(command, args, { isQuiet: true, signal });
  const isGood = code === 0;
  if (!isGood) process.stderr.write(`\n${title} failed:\n${output}\n`);
  return { title, passed: Number(isGood), failed: Number(!isGood), skipped: 0, seconds: since(startedAt) };
}

/** Runs jest and counts its tests. A suite that doesn't run, or a missed coverage threshold, counts as one. */
export async function runJest(
  title: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<StepResult> {
  const startedAt = Date.now();
  const folder = createTempFolder();
  const report = join(folder, 'report.json');
  try {
    const options = ['--json', `--outputFile=${report}`, ...args];
    const ended = await run(process.execPath, [...JEST, ...options], { isQuiet: false, signal });
    return {
      title,
      ...countTests(readReport(report), ended, args.includes('--coverage')),
      seconds: since(startedAt),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs jest on the terminal, with only these arguments. Returns its exit code. */
export function runJestAlone(args: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...JEST, ...args], { stdio: 'inherit', signal });
    child.once('error', () => undefined);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** The part of jest's JSON report that is counted. */
export interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** Counts a run of jest: its tests, its suites that didn't run, and its coverage threshold as one. */
export function countTests(report: Report | undefined, { code, output }: Ended, isCovered: boolean): Counts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  // Jest says so on the terminal only: `Jest: Coverage for lines (87.5%) does not meet "global" threshold`.
  const isCoverageMissed = /Jest: (Coverage (for|data)|Uncovered count)/.test(output);
  const passed = report.numPassedTests + Number(isCovered && !isCoverageMissed);
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + Number(isCoverageMissed);
  const skipped = report.numPendingTests + report.numTodoTests;
  // Jest can fail without a failed test, for example when its teardown does.
  return { passed, failed: failed || Number(code !== 0), skipped };
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}

function run(
  command: string,
  args: readonly string[],
  { isQuiet, signal }: { isQuiet: boolean; signal: AbortSignal },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...(process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}) },
      stdio: ['ignore', isQuiet ? 'pipe' : 'inherit', 'pipe'],
      timeout: STEP_DEADLINE_MS,
      signal,
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (!isQuiet) process.stderr.write(chunk);
    });
    child.once('error', (error) => chunks.push(Buffer.from(`${error.message}\n`)));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

function since(startedAt: number): number {
  return (Date.now() - startedAt) / 1_000;
}
