import { describe, expect, it } from '@jest/globals';
import { type PlanInput, planServices } from './service-plan.ts';

const INPUT: PlanInput = {
  env: { LOG_LEVEL: 'debug', PORT: '8080' },
  databaseUrl: 'postgres://127.0.0.1:5001/timepoint',
  redisUrl: 'redis://127.0.0.1:5002',
  folder: '/data',
  ports: { simulator: 5003, worker: 5004, ingestor: 5005, dashboard: 5006 },
};

describe('the services of npm start', () => {
  it('follow a simulated stream without a key', () => {
    const [simulator, worker, ingestor] = planServices(INPUT);
    expect(simulator).toMatchObject({
      name: 'simulator',
      env: { SIMULATOR_PORT: '5003', SIMULATOR_STATE_FILE: '/data/simulator.json', SIMULATOR_RATE: '20' },
    });
    expect(worker?.name).toBe('worker');
    expect(ingestor?.env).toMatchObject({
      CH_STREAM_URL: 'http://127.0.0.1:5003',
      CH_STREAM_KEY: 'not-a-real-key',
    });
  });

  it('follow the real streams with a key', () => {
    const plans = planServices({ ...INPUT, env: { CH_STREAM_KEY: 'secret' } });
    expect(plans.map(({ name }) => name)).toEqual(['worker', 'ingestor', 'dashboard']);
    expect(plans[1]?.env.CH_STREAM_KEY).toBe('secret');
    expect(plans[1]?.env).not.toHaveProperty('CH_STREAM_URL');
  });

  it('get the stores, a port each and what the user has set', () => {
    const [, worker, ingestor, dashboard] = planServices({
      ...INPUT,
      env: { ...INPUT.env, SIMULATOR_RATE: '500' },
    });
    expect(worker?.env).toMatchObject({
      DATABASE_URL: INPUT.databaseUrl,
      REDIS_URL: INPUT.redisUrl,
      PORT: '5004',
      LOG_LEVEL: 'debug',
    });
    expect(ingestor?.env.PORT).toBe('5005');
    expect(dashboard?.env).toMatchObject({ DATABASE_URL: INPUT.databaseUrl, PORT: '5006' });
    expect(planServices({ ...INPUT, env: { SIMULATOR_RATE: '500' } })[0]?.env.SIMULATOR_RATE).toBe('500');
  });

  it('know of no Redis when there is none, not even an empty one', () => {
    const plans = planServices({ ...INPUT, env: { REDIS_URL: '' }, redisUrl: undefined });
    for (const { name, env } of plans.filter((plan) => plan.name !== 'simulator')) {
      expect([name, 'REDIS_URL' in env]).toEqual([name, false]);
    }
  });
});
