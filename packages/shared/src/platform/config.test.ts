import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  commonSettings,
  count,
  loadConfig,
  port,
  postgresUrl,
  queueSettings,
  streamNames,
} from './config.ts';
import { ConfigError } from './errors.ts';

const settings = z.object({
  ...commonSettings,
  ...queueSettings,
  DATABASE_URL: postgresUrl,
  CH_STREAMS: streamNames,
  WORKER_CONCURRENCY: count(4),
  PORT: port(8080),
});

const problemsOf = (env: Record<string, string>) => {
  try {
    loadConfig(settings, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

const DATABASE_URL = 'postgres://localhost/timepoint';

describe('Timepoint, reading its settings,', () => {
  it('fills in the defaults and freezes the result', () => {
    const config = loadConfig(settings, { DATABASE_URL });
    expect(config).toMatchObject({
      LOG_LEVEL: 'info',
      WORKER_CONCURRENCY: 4,
      PORT: 8080,
      QUEUE_PREFIX: '{timepoint}',
    });
    expect(config.CH_STREAMS).toHaveLength(9);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('takes an empty variable for an absent one', () => {
    expect(
      loadConfig(settings, { DATABASE_URL, REDIS_URL: '', WORKER_CONCURRENCY: ' ' }).REDIS_URL,
    ).toBeUndefined();
  });

  it('lists every problem in one error, each with its remedy', () => {
    const problems = problemsOf({
      WORKER_CONCURRENCY: 'many',
      PORT: '70000',
      REDIS_URL: 'localhost',
      LOG_LEVEL: 'loud',
    });
    expect(problems).toHaveLength(5);
    expect(problems).toContain('DATABASE_URL: is not set');
    expect(problems).toContain('WORKER_CONCURRENCY: must be a whole number');
    expect(problems).toContain('PORT: must be a port, 0 to 65535');
    expect(problems).toContain('REDIS_URL: must be a URL such as redis://localhost:6379');
  });

  it('refuses a number below the least', () => {
    expect(problemsOf({ DATABASE_URL, WORKER_CONCURRENCY: '0' })).toEqual([
      'WORKER_CONCURRENCY: must be at least 1',
    ]);
  });

  it('explains unknown stream names', () => {
    const problems = problemsOf({ DATABASE_URL, CH_STREAMS: 'companies,company,officers' });
    expect(problems).toEqual([
      expect.stringMatching(
        /^CH_STREAMS: "company" is not a stream; use one or more of: companies, filings, officers,/,
      ),
    ]);
  });

  it('refuses a list that names no stream', () => {
    expect(problemsOf({ DATABASE_URL, CH_STREAMS: ', ,' })).toEqual(['CH_STREAMS: names no stream']);
  });

  it('refuses a queue prefix that a cluster would scatter', () => {
    expect(problemsOf({ DATABASE_URL, QUEUE_PREFIX: 'timepoint' })[0]).toMatch(
      /^QUEUE_PREFIX: must be a name in braces/,
    );
  });
});
