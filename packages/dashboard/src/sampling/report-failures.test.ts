import { Writable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { createLogger } from '@timepoint/shared/platform/logger';
import { createMetrics } from '../metrics.ts';
import { createFailureReport } from './report-failures.ts';

it('Timepoint logs what it can not read of a status once for each reason, and counts each time', async () => {
  const logged: string[] = [];
  const output = new Writable({
    write: (line, _encoding, done) => {
      const { level, part, reason } = JSON.parse(String(line));
      logged.push([level, part, reason].filter(Boolean).join(' '));
      done();
    },
  });
  const metrics = createMetrics(() => 0);
  const logger = createLogger({ name: 'test', level: 'info', output });
  const report = createFailureReport({ metrics, logger });
  report({});
  for (let second = 0; second < 3; second++) report({ imports: 'permission denied', letters: 'no answer' });
  report({ imports: 'relation does not exist' });
  report({});
  await logger.close();
  expect(logged).toEqual([
    'warn imports permission denied',
    'warn letters no answer',
    'info letters',
    'info imports',
    // Within half a minute it counts as a repetition, of which the last is logged at the end.
    'warn imports relation does not exist',
  ]);
  const { values } = await metrics.sampleFailures.get();
  expect(values.map(({ labels, value }) => [labels.part, value])).toEqual([
    ['imports', 4],
    ['letters', 3],
  ]);
});
