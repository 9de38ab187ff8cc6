import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { startSimulator } from './server.ts';
import { openReader, type Reader, type ReceivedEvent } from './test-reader.ts';

const FIRST = 22_000_001;
const main = join(import.meta.dirname, 'main.ts');
const folder = createTempFolder();
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(env: NodeJS.ProcessEnv): ChildProcess {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  return child;
}

/** Resolves to the URL, as the log names the port. */
async function listening(child: ChildProcess): Promise<string> {
  let output = '';
  for await (const piece of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    output += piece;
    const [, port] = /"port":(\d+)/.exec(output) ?? [];
    if (port !== undefined) return `http://127.0.0.1:${port}`;
  }
  throw new Error(`the simulator ended: ${output}`);
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = '';
  child.stderr?.on('data', (piece) => {
    errors += piece;
  });
  const [code] = await once(child, 'close');
  return { code, errors };
}

const has = (count: number) => (reader: Reader) => reader.lines.length >= count;
const withoutClock = ({ event, ...rest }: ReceivedEvent) => ({ ...rest, ...event, published_at: '' });
const newStateFile = () => join(mkdtempSync(join(folder, 'world-')), 'state.json');

describe("Timepoint's simulator, as a process,", () => {
  it('continues after a kill -9: a reader resumes at any line that it received and misses nothing', async () => {
    const env = {
      SIMULATOR_PORT: '0',
      SIMULATOR_RATE: '500',
      SIMULATOR_STATE_FILE: newStateFile(),
      SIMULATOR_SEED: '3',
    };
    const first = run({ ...env, SIMULATOR_BACKLOG: '1990' });
    const before = await openReader(await listening(first), { timepoint: FIRST });
    // A quarter of all events: more than the backlog has.
    await before.until(has(560));
    first.kill('SIGKILL');
    await before.ending;

    const second = run(env);
    const last = before.timepoints.length - 1;
    const after = await openReader(await listening(second), { timepoint: FIRST });
    await after.until(has(last + 60));
    expect(after.events.slice(0, last).map(withoutClock)).toEqual(
      before.events.slice(0, last).map(withoutClock),
    );
    expect(after.timepoints).toEqual(after.timepoints.map((_, index) => FIRST + index));
  });

  it('ends with code 0 on SIGTERM and closes its connections cleanly', async () => {
    const child = run({ SIMULATOR_PORT: '0', SIMULATOR_RATE: '0', CH_STREAM_KEY: 'one,two' });
    const reader = await openReader(await listening(child), { key: 'two' });
    child.kill('SIGTERM');
    expect(await reader.ending).toBe('clean');
    expect((await endOf(child)).code).toBe(0);
  });

  it('ends with code 2 and every problem of its settings', async () => {
    const { code, errors } = await endOf(
      run({ SIMULATOR_PORT: 'x', SIMULATOR_RATE: '-1', SIMULATOR_SEED: '1.5' }),
    );
    expect(code).toBe(2);
    for (const name of ['SIMULATOR_PORT', 'SIMULATOR_RATE', 'SIMULATOR_SEED']) expect(errors).toContain(name);
  });
});

describe("Timepoint's simulator, started again with its state file,", () => {
  it('emits the reserved events again, keeps those within the retention, and adds no second backlog', async () => {
    const stateFile = newStateFile();
    const options = { stateFile, backlog: 2_500, retentionEvents: 1_000 };
    // Never closed before the second starts: as after a kill, nothing was tidied up.
    const first = await startSimulator({ streams: ['companies'], ...options });
    expect(JSON.parse(readFileSync(stateFile, 'utf8')).reserved).toBe(3_000);
    const second = await startSimulator({ streams: ['companies'], ...options });
    expect(second.status()).toMatchObject({
      oldest: { companies: FIRST + 2_000 },
      newest: { companies: FIRST + 2_999 },
      emitted: 0,
    });
    const at = FIRST + 2_499;
    expect(await second.truth().resources(at)).toEqual(await first.truth().resources(at));
    expect(await second.emit(1)).toEqual({ companies: FIRST + 3_000 });
    await Promise.all([first.close(), second.close()]);
  });

  it('keeps the same events of every stream as without a stop, and all events of rare streams', async () => {
    const options = { stateFile: newStateFile(), backlog: 3_000, retentionEvents: 100 };
    const first = await startSimulator(options);
    const second = await startSimulator(options);
    expect(second.status()).toMatchObject({ ...first.status(), emitted: 0 });
    const { first: begin, oldest, newest } = second.status();
    for (const stream of STREAM_NAMES) {
      expect(oldest[stream]).toBe(Math.max(begin[stream], newest[stream] - 99));
      expect(newest[stream]).toBeGreaterThanOrEqual(begin[stream]);
    }
    for (const stream of ['filings', 'company-exemptions'] as const)
      expect(await second.truth(stream).resources()).toEqual(await first.truth(stream).resources());
    expect(await second.emit(500)).toEqual(await first.emit(500));
    await Promise.all([first.close(), second.close()]);
  });
});
