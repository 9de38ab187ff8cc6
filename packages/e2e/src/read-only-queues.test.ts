import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@timepoint/testkit/until';
import { expectExactCopy } from './exactness.ts';
import { runTimepoint, type ServiceProcess, startProcess } from './service-process.ts';
import { FIRST, type System, startSystem } from './system.ts';

const SERVICES = ['ingestor', 'worker', 'dashboard'] as const;
/** A command that waits for what does not come is no use to an operator, in ms. */
const COMMAND_MS = 10_000;
const CUTTING_MS = 10_000;

describe('Timepoint, with its queues in a Postgres that fails,', () => {
  let system: System;
  beforeEach(async () => {
    system = await startSystem({ redisUrl: null, simulator: { SIMULATOR_RATE: '20' } });
    await system.registerFromFirst();
  });
  afterEach(() => system.close());

  const cut = () =>
    system.sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
  const setReadOnly = async (isReadOnly: boolean) => {
    const { rows } = await system.sql.query('select current_database() as name');
    const value = isReadOnly ? 'on' : 'off';
    await system.sql.query(`alter database ${rows[0].name} set default_transaction_read_only = ${value}`);
    await cut();
  };
  const readiness = async (service: ServiceProcess) => {
    const [, port] = await service.printed(/"port":(\d+)/);
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    const { checks } = (await response.json()) as { checks: Record<string, { ok: boolean; detail: string }> };
    return { status: response.status, checks };
  };
  const copyIsExact = async () => {
    await system.simulate('rate', { eventsPerSecond: 0 });
    await expectExactCopy(system);
  };

  const runServices = () => Promise.all(SERVICES.map((program) => system.start(program)));
  const saysReadOnly = (service: ServiceProcess) =>
    until(async () => {
      const { status, checks } = await readiness(service);
      return status === 503 && checks.queue?.ok === false && /read-only/.test(checks.queue.detail);
    });

  it('starts while it is read-only, says so in readiness, and goes on by itself', async () => {
    await setReadOnly(true);
    const services = await runServices();
    for (const service of services) await saysReadOnly(service);
    expect(await system.watermark()).toBe(FIRST - 1);
    await setReadOnly(false);
    await copyIsExact();
    for (const service of services) {
      await until(async () => (await readiness(service)).checks.queue?.ok === true);
      expect((await service.terminate()).code).toBe(0);
    }
  });

  it('gives one message with a remedy for each command and service that can not go on without writing', async () => {
    const services = await runServices();
    await until(async () => (await system.watermark()) > FIRST);
    for (const service of services) await service.terminate();
    await setReadOnly(true);
    const startedAt = performance.now();
    const refused = [
      await runTimepoint(['rewind', 'companies', String(FIRST)], system.env),
      await runTimepoint(['rebuild', '--stream', 'companies'], system.env),
      await runTimepoint(['rewind', 'companies', String(FIRST)], {
        ...system.env,
        QUEUE_PREFIX: '{not-there}',
      }),
    ];
    const lasted = performance.now() - startedAt;
    const ended = startProcess('ingestor', { ...system.env, QUEUE_PREFIX: '{not-there}' });
    refused.push({ code: await ended.ended, output: ended.output() });
    for (const { code, output } of refused) {
      expect(output).toMatch(/read-only|takes no writes/);
      expect(output).toContain('default_transaction_read_only');
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(1);
    }
    expect(lasted).toBeLessThan(3 * COMMAND_MS);
  });

  it('outlives with each of its processes that connections are cut again and again', async () => {
    const services = await runServices();
    await until(async () => (await system.watermark()) > FIRST);
    const endsAt = performance.now() + CUTTING_MS;
    while (performance.now() < endsAt) await cut();
    await copyIsExact();
    for (const service of services) {
      expect((await service.terminate()).code).toBe(0);
      expect(service.output()).not.toMatch(/uncaught|unhandled/i);
    }
  }, 180_000);
});
