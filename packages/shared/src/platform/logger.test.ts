import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createLogger, passwordOf } from './logger.ts';

const KEY = 'a-very/secret key';

async function written(
  secrets: (string | undefined)[],
  isTTY: boolean,
  write: (log: ReturnType<typeof createLogger>) => void,
) {
  const output = Object.assign(new PassThrough(), { isTTY });
  write(createLogger({ name: 'ingestor', level: 'info', secrets, output }));
  output.end();
  return text(output);
}

describe('Timepoint, logging,', () => {
  it('writes JSON lines with a name, a level and the message', async () => {
    const line = await written([], false, (log) => log.info({ stream: 'companies' }, 'connected'));
    expect(JSON.parse(line)).toMatchObject({
      name: 'ingestor',
      level: 'info',
      stream: 'companies',
      msg: 'connected',
    });
  });

  it('writes readable lines at a terminal', async () => {
    expect(await written([], true, (log) => log.info('connected'))).toMatch(/INFO.*connected/s);
  });

  it('never writes a secret, wherever it hides', async () => {
    const error = Object.assign(new Error(`401 for ${KEY}`), { options: { username: KEY } });
    const line = await written([KEY, undefined], false, (log) =>
      log.error({ err: error, url: `https://${encodeURIComponent(KEY)}:@stream` }, KEY),
    );
    expect(line).not.toContain('secret');
    expect(line).toContain('[redacted]');
  });

  it('never writes a credential of a request, its own or another', async () => {
    const basic = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;
    const lines = await written([KEY], false, (log) => {
      log.warn(`refused with ${basic}`);
      log.info({
        req: { url: '/queues', headers: { authorization: 'Basic dHJpZWQ6MTIz', cookie: 'session=1' } },
      });
    });
    expect(lines).not.toMatch(/dHJpZWQ|session=1/);
    expect(lines).not.toContain(basic);
    expect(lines).toContain('/queues');
  });

  it('finds the password of a connection URL', () => {
    expect(passwordOf('postgres://me:p%40ss@localhost/db')).toBe('p@ss');
    expect(passwordOf('postgres://localhost/db')).toBeUndefined();
    expect(passwordOf(undefined)).toBeUndefined();
  });
});
