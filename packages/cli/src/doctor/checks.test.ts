import { describe, expect, it } from '@jest/globals';
import type { ServerReading } from '@timepoint/database/status/read-server';
import { holdOf } from '../status/test-reading.ts';
import { checkClock } from './check-clock.ts';
import { checkDatabaseConnections, checkStreamConnections } from './check-connections.ts';
import { checkKey } from './check-key.ts';
import { checkNode } from './check-node.ts';
import { checkPooler } from './check-pooler.ts';
import { checkMigrations, checkPermissions, checkPostgres } from './check-postgres.ts';
import { checkPolicy, checkQueues } from './check-queues.ts';
import { checkSettings } from './check-settings.ts';
import { formatChecks } from './format-checks.ts';

const KEY = '0f7a1c1e-5d3b-4b58-9a42-2f6f5e1c7b90';
const server: ServerReading = {
  version: '15.4',
  version_number: 150_004,
  encoding: 'UTF8',
  now_ms: 0,
  is_read_only: false,
  max_connections: 97,
  connections: 12,
  has_trigrams: true,
  trigrams_available: true,
  forbidden: [],
};
const redis = { isValkey: false, version: '7.0.15', risks: [], aheadMs: 0 };
const on = (changes: Partial<typeof redis> | { failure: string }) =>
  ({ kind: 'redis', redis: 'failure' in changes ? changes : { ...redis, ...changes } }) as const;

describe('Timepoint, examined by its doctor,', () => {
  it('takes the settings of every process, and counts those that are set', () => {
    const env = { DATABASE_URL: 'postgres://db/timepoint', LOW_WATER_JOBS: '10', HOME: '/root', EMPTY: '' };
    expect(checkSettings(env)).toEqual([
      { name: 'settings', state: 'good', text: '2 set, the others have their defaults', remedy: null },
    ]);
  });

  it('lists each wrong setting once, whichever processes have it', () => {
    const checks = checkSettings({ WORKER_CONCURRENCY: 'many', LOG_LEVEL: 'loud', IDLE_TIMEOUT_MS: '-1' });
    expect(checks.map(({ state, text }) => [state, text])).toEqual([
      ['problem', expect.stringMatching(/^LOG_LEVEL: /)],
      ['problem', 'IDLE_TIMEOUT_MS: must be a whole number'],
      ['problem', 'WORKER_CONCURRENCY: must be a whole number'],
    ]);
  });

  it.each([
    ['CH_STREAM_KEYS', 'did you mean CH_STREAM_KEY?'],
    ['DATABSE_URL', 'did you mean DATABASE_URL?'],
    ['CH_SOMETHING_ELSE', 'see docs/configuration.md for the names'],
    ['TIMEPOINT_QUEUE', 'see docs/configuration.md for the names'],
  ])('asks about %s', (name, remedy) => {
    expect(checkSettings({ [name]: 'x' })).toEqual([
      { name: 'settings', state: 'warning', text: `${name} is set, but no process reads it`, remedy },
    ]);
  });

  it('ignores the variables of other programs', () => {
    const env = {
      PATH: '/bin',
      PORTS: '1',
      TIMEPOINT_STORES: 'embedded',
      LANG: 'C',
      JAVA_HOME: '/',
      TZ: 'UTC',
    };
    expect(checkSettings(env)).toMatchObject([{ state: 'good' }]);
  });

  it.each([
    ['"abc"', 'has quotes around it'],
    [`${KEY} `, 'contains a blank or a line break'],
    [`${KEY}:`, 'ends with a colon'],
    ['your-stream-key', 'is a placeholder, not a key'],
  ])('refuses the key %j', (key, flaw) => {
    expect(checkKey(key, null)).toMatchObject({ state: 'problem', text: expect.stringContaining(flaw) });
  });

  it('never shows the key', () => {
    for (const key of [KEY, `"${KEY}"`, `${KEY}:`]) {
      expect(JSON.stringify(checkKey(key, null))).not.toContain(KEY);
    }
  });

  it('knows the kind of the key from the answers of Companies House to the ingestors', () => {
    expect(checkKey(KEY, null)).toMatchObject({
      state: 'good',
      text: expect.stringMatching(/only a connection of an ingestor shows/),
    });
    expect(checkKey(KEY, [holdOf()])).toMatchObject({ text: 'accepted: 1 stream(s) are open' });
    expect(checkKey(undefined, [holdOf()])).toMatchObject({ state: 'good' });
    const refused = holdOf({ hold: 'unheld' }, { state: 'released', ending: 'http', detail: 'status 401' });
    expect(checkKey(KEY, [refused])).toMatchObject({
      state: 'problem',
      remedy: expect.stringContaining('a key of type "stream"'),
    });
    expect(checkKey(' ', [])).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/is not set here/),
    });
  });

  it.each([
    ['18.19.0', 'problem'],
    ['22.17.9', 'problem'],
    ['22.18.0', 'good'],
    ['24.0.0', 'good'],
  ])('assesses Node %s: %s', (version, state) => {
    expect(checkNode(version).state).toBe(state);
  });

  it('names the problem of Postgres', () => {
    expect(checkPostgres(null)).toMatchObject({
      state: 'problem',
      remedy: expect.stringContaining('set DATABASE_URL'),
    });
    expect(checkPostgres({ failure: 'refused' })).toMatchObject({ state: 'problem', text: 'refused' });
    expect(checkPostgres({ ...server, version: '14.9', version_number: 140_009 }).text).toBe(
      'Postgres 14.9 is too old',
    );
    expect(checkPostgres({ ...server, is_read_only: true }).remedy).toMatch(
      /^name the primary in DATABASE_URL/,
    );
    expect(checkPostgres(server)).toMatchObject({ state: 'good', text: '15.4' });
  });

  it('names the permissions that the role lacks', () => {
    expect(checkPermissions(server, null).state).toBe('good');
    expect(checkPermissions({ ...server, forbidden: ['ingest.audit', 'ingest.events'] }, null).text).toBe(
      'the role may not write ingest.audit and 1 other table(s)',
    );
    const obstacle = { text: 'permission denied', remedy: 'grant it' };
    expect(checkPermissions(server, obstacle)).toMatchObject({ state: 'problem', ...obstacle });
    const bare = { ...server, has_trigrams: false, trigrams_available: false };
    expect(checkPermissions(bare, obstacle).remedy).toBe('install the contrib package of Postgres');
    expect(checkPermissions(null, null).state).toBe('unknown');
  });

  it('names the pending migrations', () => {
    expect(checkMigrations({ applied: ['0001_log'], pending: ['0002_coverage'] })).toMatchObject({
      state: 'problem',
      text: '1 pending, from 0002_coverage',
      remedy: 'run `timepoint migrate up`',
    });
    expect(checkMigrations({ failure: 'permission denied' })).toMatchObject({ text: 'permission denied' });
  });

  it('assesses the store of the queues', () => {
    expect(checkQueues(on({}))).toMatchObject({ state: 'good', text: 'on Redis 7.0.15' });
    expect(checkQueues(on({ isValkey: true, version: '7.2.4' })).text).toBe('on Valkey (Redis 7.2.4)');
    expect(checkQueues(on({ version: '6.0.16' })).state).toBe('problem');
    expect(checkQueues(on({ version: '6.2.0' })).state).toBe('good');
    expect(checkQueues(on({ failure: 'refused' }))).toMatchObject({ state: 'problem', text: 'refused' });
    const inPostgres = { kind: 'postgres', schema: 'bullmq_timepoint' } as const;
    expect(checkQueues({ ...inPostgres, isThere: true }).state).toBe('good');
    expect(checkQueues({ ...inPostgres, isThere: false }).state).toBe('warning');
    expect(checkQueues({ ...inPostgres, isThere: null }).state).toBe('unknown');
    expect(checkPolicy({ ...inPostgres, isThere: true })).toMatchObject([{ state: 'good' }]);
  });

  it('warns of a Redis that may lose jobs, with a line for each cause', () => {
    const risks = [
      'maxmemory-policy is allkeys-lru: jobs may go; set it to noeviction',
      'appendonly is off; set it',
    ];
    expect(checkPolicy(on({ risks } as never))).toMatchObject([
      { state: 'warning', remedy: 'set it to noeviction' },
      { state: 'warning', text: 'appendonly is off', remedy: 'set it' },
    ]);
    expect(checkPolicy(on({ failure: 'refused' }))).toMatchObject([{ state: 'unknown' }]);
  });

  it('warns of clocks that differ by more than two seconds', () => {
    expect(
      checkClock([
        { of: 'Postgres', aheadMs: -1_999 },
        { of: 'Redis', aheadMs: 3.2 },
      ]),
    ).toMatchObject({
      state: 'good',
      text: 'within 1999 ms of Postgres and Redis',
    });
    expect(
      checkClock([
        { of: 'Postgres', aheadMs: -61_000 },
        { of: 'Redis', aheadMs: 2_100 },
      ]),
    ).toMatchObject({
      state: 'warning',
      text: 'Postgres is 61.0 s behind, Redis is 2.1 s ahead',
    });
    expect(checkClock([]).state).toBe('unknown');
  });

  it('counts the connections', () => {
    expect(checkDatabaseConnections(server, 10)).toMatchObject({
      state: 'good',
      text: expect.stringMatching(/^12 of 97/),
    });
    expect(checkDatabaseConnections({ ...server, connections: 88 }, 10).state).toBe('warning');
    expect(checkStreamConnections(9, 9).state).toBe('good');
    expect(checkStreamConnections(9, 2)).toMatchObject({
      state: 'warning',
      text: expect.stringMatching(/take turns/),
    });
  });

  it('ends with a sum', () => {
    const sumOf = (...states: string[]) =>
      formatChecks(
        states.map((state) => ({ name: 'x', state, text: 't', remedy: null })) as never,
        (_, text) => text,
      )
        .split('\n')
        .at(-1);
    expect(sumOf('good')).toBe('All is good.');
    expect(sumOf('problem', 'warning', 'warning', 'unknown')).toBe(
      '1 problem, 2 warnings, 1 thing not checked.',
    );
  });

  it('says what a pooler lacks', () => {
    const use = { areQueuesInPostgres: false, workerConnections: 12 };
    const stateOf = (pooler: Parameters<typeof checkPooler>[0], changes: Partial<typeof use> = {}) => {
      const { state, remedy } = checkPooler(pooler, { ...use, ...changes });
      return [state, remedy];
    };
    expect(stateOf({ mode: 'none' }, { areQueuesInPostgres: true })).toEqual(['good', null]);
    expect(stateOf({ mode: 'transaction', hasRoom: true })).toEqual(['good', null]);
    expect(stateOf({ mode: 'transaction', hasRoom: false })).toEqual([
      'problem',
      'raise its default_pool_size to 23 or more',
    ]);
    expect(stateOf({ mode: 'session', hasRoom: true })).toEqual([
      'warning',
      'set its pool_mode to transaction, or default_pool_size to 23 or more',
    ]);
    expect(stateOf({ mode: 'session', hasRoom: true }, { areQueuesInPostgres: true })).toEqual([
      'problem',
      'set REDIS_URL, or name Postgres itself in DATABASE_URL',
    ]);
    expect(stateOf({ failure: 'Postgres gave no session within 10 s' })[0]).toBe('unknown');
    expect(stateOf(null)[0]).toBe('unknown');
  });
});
