import { expect, it } from '@jest/globals';
import { startFailureLog } from './failure-log.ts';

it('Timepoint logs a failure that lasts when it begins, changes and ends, and once in ten minutes', () => {
  const lines: unknown[] = [];
  const add = (level: string) => (fields: object, message: string) =>
    void lines.push([level, { ...fields }, message]);
  const logger = { info: add('info'), warn: add('warn') };
  let now = 0;
  const log = startFailureLog(logger as never, { failing: 'no answer', over: 'an answer' }, () => now);
  log.succeeded();
  const [refused, away] = [new Error('refused'), new Error('away')];
  for (let round = 0; round < 3; round += 1) log.failed(refused);
  log.failed(away);
  now += 600_000;
  log.failed(away);
  log.succeeded();
  log.succeeded();
  log.failed(away);
  expect(lines).toEqual([
    ['warn', { err: refused, failures: 1 }, 'no answer'],
    ['warn', { err: away, failures: 4 }, 'no answer'],
    ['warn', { err: away, failures: 5 }, 'no answer'],
    ['info', { failures: 5 }, 'an answer'],
    ['warn', { err: away, failures: 1 }, 'no answer'],
  ]);
});
