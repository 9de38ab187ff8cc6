import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

/** Runs a service, given as source text, as a process of its own. */
async function run(start: string, stopWith?: NodeJS.Signals) {
  const lifecycle = new URL('./lifecycle.ts', import.meta.url).href;
  const errors = new URL('./errors.ts', import.meta.url).href;
  const source = `
    import { runService } from '${lifecycle}';
    import { ConfigError, TimepointError } from '${errors}';
    const idle = setInterval(() => {}, 1000);
    const closing = { close: async () => { clearInterval(idle); console.log('closed'); } };
    await runService('test', { SHUTDOWN_DEADLINE_MS: '300' }, async () => { ${start} });
    console.log('started');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_NO_WARNINGS: '1' },
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  if (stopWith !== undefined) {
    await once(child.stdout, 'data');
    child.kill(stopWith);
  }
  const [code] = await once(child, 'close');
  const [printed, complained] = await output;
  return { code, printed, complained };
}

describe('Timepoint, running a service,', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('closes it on %s and ends with code 0', async (signal) => {
    expect(await run('return closing;', signal)).toEqual({
      code: 0,
      printed: 'started\nclosed\n',
      complained: '',
    });
  });

  it('gives up on one that does not close within the deadline', async () => {
    expect(await run('return { close: () => new Promise(() => {}) };', 'SIGTERM')).toMatchObject({ code: 1 });
  });

  it('ends with code 2 and one message for bad settings', async () => {
    const { code, complained } = await run(`throw new ConfigError(['PORT: must be a port']);`);
    expect({ code, complained }).toEqual({
      code: 2,
      complained: 'test: The configuration has 1 problem(s):\n  - PORT: must be a port\n',
    });
  });

  it('ends with code 1 and the remedy when it can not start', async () => {
    const { code, complained } = await run(`throw new TimepointError('down', 'It is down. Start it.');`);
    expect({ code, complained }).toEqual({ code: 1, complained: 'test: It is down. Start it.\n' });
  });

  it('closes it and ends with code 1 when it can not go on', async () => {
    const failing = `return { ...closing, failed: Promise.reject(new TimepointError('wrong-key', 'Wrong key.')) };`;
    const { code, printed, complained } = await run(failing);
    expect({ code, complained }).toEqual({ code: 1, complained: 'test: Wrong key.\n' });
    expect(printed).toContain('closed');
  });

  it('shows where an unforeseen error came from', async () => {
    const { code, complained } = await run(`throw new RangeError('unforeseen');`);
    expect(code).toBe(1);
    expect(complained).toMatch(/RangeError: unforeseen\n +at /);
  });
});
