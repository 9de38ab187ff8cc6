// npm test: every check and every suite. All run even when one fails; the last line counts them.
import { resolve } from 'node:path';
import { findBrowser } from '@timepoint/testkit/browser';
import { listenForStop } from '../stop-request.ts';
import { type Counts, runJest, runJestAlone, runTool, type StepResult } from './test-step.ts';

const TOOLS: [string, string[]][] = [
  ['lint', ['node_modules/.bin/biome', 'ci']],
  ['check', ['node_modules/.bin/tsc', '--noEmit']],
  // The client runs in a browser, which has other globals than Node.
  ['check client', ['node_modules/.bin/tsc', '--noEmit', '-p', 'packages/dashboard/src/client']],
  ['dependencies', ['node_modules/.bin/depcruise', 'packages', '--config', '.dependency-cruiser.mjs']],
];
/** Tests mostly wait: two at a time, however few cores there are. */
const TWO_AT_A_TIME = '--maxWorkers=2';
const PACKAGES = [
  'shared',
  'database',
  'ingestor',
  'worker',
  'cli',
  'dashboard',
  'simulator',
  'testkit',
  'dev',
];

async function runAll(signal: AbortSignal): Promise<StepResult[]> {
  say(`running ${TOOLS.map(([title]) => title).join(', ')}…`);
  const results = await Promise.all(TOOLS.map(([title, command]) => runTool(title, command, signal)));
  say('running the tests of the packages…');
  results.push(
    await runJest('packages', ['--selectProjects', ...PACKAGES, '--coverage', TWO_AT_A_TIME], signal),
  );
  if (signal.aborted) return results;
  say('running the tests of the whole system…');
  results.push(await runJest('system', ['--selectProjects', 'e2e', TWO_AT_A_TIME], signal));
  if (signal.aborted) return results;
  if (findBrowser() === undefined) {
    say(
      'NO BROWSER: the tests of the dashboard in a browser are left out. Install one: apt-get install chromium',
    );
    return results;
  }
  say('running the tests in a browser…');
  results.push(await runJest('browser', ['--selectProjects', 'browser', TWO_AT_A_TIME], signal));
  return results;
}

function report(results: readonly StepResult[]): number {
  const total = { passed: 0, failed: 0, skipped: 0 };
  say('');
  for (const { title, passed, failed, skipped, seconds } of results) {
    say(
      `${title.padEnd(14)}${counts({ passed, failed, skipped }).padEnd(32)}${seconds.toFixed(1).padStart(7)} s`,
    );
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  say(counts(total));
  return total.failed === 0 ? 0 : 1;
}

function counts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  process.chdir(resolve(import.meta.dirname, '../../..'));
  const { signal } = listenForStop();
  if (args.length > 0) return runJestAlone(args, signal);
  const results = await runAll(signal);
  return signal.aborted ? 130 : report(results);
}

process.exitCode = await main(process.argv.slice(2));
