import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger, type RootLogger } from './logger.ts';

let output: PassThrough;
let log: RootLogger;

beforeEach(() => {
  jest.useFakeTimers();
  output = new PassThrough();
  log = createLogger({ name: 'worker', level: 'info', output });
});
afterEach(() => {
  jest.useRealTimers();
});

async function lines(): Promise<Record<string, unknown>[]> {
  output.end();
  const written = await text(output);
  return written
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { name: _name, time: _time, ...fields } = JSON.parse(line);
      return fields;
    });
}

describe('Timepoint, warning again and again,', () => {
  it('writes the first, and at the end of the window the last with how many came', async () => {
    for (let job = 1; job <= 400; job++) log.warn({ job }, 'the job was put back');
    jest.advanceTimersByTime(29_999);
    log.warn({ job: 401 }, 'the job was put back');
    jest.advanceTimersByTime(1);
    expect(await lines()).toEqual([
      { level: 'warn', msg: 'the job was put back', job: 1 },
      { level: 'warn', msg: 'the job was put back', job: 401, repeated: 400 },
    ]);
  });

  it('begins anew after a window, and writes no number where nothing was repeated', async () => {
    log.warn('redis is slow');
    jest.advanceTimersByTime(30_000);
    log.warn('redis is slow');
    jest.advanceTimersByTime(30_000);
    expect(await lines()).toEqual([
      { level: 'warn', msg: 'redis is slow' },
      { level: 'warn', msg: 'redis is slow' },
    ]);
  });

  it('writes each schema drift, which is reported once anyway', async () => {
    for (const fingerprint of ['unknown-field a', 'unknown-field b', 'unknown-field a'])
      log.warn({ stream: 'companies', fingerprint }, 'a document differs');
    jest.advanceTimersByTime(30_000);
    const reported = (await lines()).map(({ fingerprint, repeated }) => ({ fingerprint, repeated }));
    expect(reported).toEqual([
      { fingerprint: 'unknown-field a' },
      { fingerprint: 'unknown-field b' },
      { fingerprint: 'unknown-field a', repeated: 1 },
    ]);
  });

  it.each(['queue', 'part'])('hides no warning about one %s behind that about another', async (field) => {
    for (const name of ['one', 'other', 'one']) log.warn({ [field]: name }, 'it failed');
    await log.close();
    expect((await lines()).map((line) => [line[field], line.repeated])).toEqual([
      ['one', undefined],
      ['other', undefined],
      ['one', 1],
    ]);
  });

  it('keeps apart what is said of different streams, by whichever child', async () => {
    const companies = log.child({ stream: 'companies' });
    companies.warn('connection ended');
    log.child({ stream: 'companies', connection: 'c0ffee00' }).warn('connection ended');
    log.child({ stream: 'filings' }).warn('connection ended');
    log.warn({ stream: 'filings' }, 'connection ended');
    companies.warn('it is silent');
    jest.advanceTimersByTime(30_000);
    expect(await lines()).toEqual([
      { level: 'warn', msg: 'connection ended', stream: 'companies' },
      { level: 'warn', msg: 'connection ended', stream: 'filings' },
      { level: 'warn', msg: 'it is silent', stream: 'companies' },
      { level: 'warn', msg: 'connection ended', stream: 'companies', connection: 'c0ffee00', repeated: 1 },
      { level: 'warn', msg: 'connection ended', stream: 'filings', repeated: 1 },
    ]);
  });

  it('never keeps back an error, nor anything that is no warning', async () => {
    for (let time = 0; time < 3; time++) {
      log.error('a hole was found');
      log.info('taking jobs');
    }
    expect((await lines()).map(({ msg }) => msg)).toEqual(
      Array.from({ length: 3 }, () => ['a hole was found', 'taking jobs']).flat(),
    );
  });

  it('writes at once what it has counted when it is closed, and holds nothing back from then on', async () => {
    for (let time = 0; time < 3; time++) log.warn(new Error('no answer'));
    await log.close();
    log.warn('closing took long');
    log.warn('closing took long');
    expect(await lines()).toMatchObject([
      { msg: 'no answer', err: { message: 'no answer' } },
      { msg: 'no answer', err: { message: 'no answer' }, repeated: 2 },
      { msg: 'closing took long' },
      { msg: 'closing took long' },
    ]);
  });
});
