import { describe, expect, it } from '@jest/globals';
import { Counter } from 'prom-client';
import { type Check, startHealthServer } from './health.ts';
import { createRegistry } from './metrics.ts';

async function withServer(
  ready: () => Check | Promise<Check>,
  visit: (url: string, port: number) => Promise<void>,
) {
  const registry = createRegistry('test');
  new Counter({ name: 'timepoint_test_visits_total', help: 'Visits', registers: [registry] }).inc();
  const live = { process: () => ({ ok: true, detail: 'running' }) };
  const server = await startHealthServer({ port: 0, live, ready: { store: ready }, registry });
  await visit(`http://127.0.0.1:${server.port}`, server.port).finally(() => server.close());
}

describe('Timepoint, reporting its health,', () => {
  it('listens on the address that it is given alone, and says so when the machine has none like it', async () => {
    const options = { port: 0, live: {}, ready: {}, registry: createRegistry('bound') };
    const server = await startHealthServer({ ...options, host: '127.0.0.1' });
    expect((await fetch(`http://127.0.0.1:${server.port}/health/live`)).status).toBe(200);
    await expect(fetch(`http://[::1]:${server.port}/health/live`)).rejects.toThrow('fetch failed');
    await server.close();
    await expect(startHealthServer({ ...options, host: '192.0.2.1' })).rejects.toThrow(
      'This machine has no address 192.0.2.1. Set BIND_ADDRESS to one of its own.',
    );
  });

  it('answers 200 with every named check when all are well', async () => {
    await withServer(
      () => ({ ok: true, detail: 'answers' }),
      async (url) => {
        const response = await fetch(`${url}/health/ready?verbose`);
        expect(response.status).toBe(200);
        expect(await response.json()).toEqual({
          ok: true,
          checks: { store: { ok: true, detail: 'answers' } },
        });
        expect((await fetch(`${url}/health/live`)).status).toBe(200);
      },
    );
  });

  it('answers 503 with the reason when a check fails or throws', async () => {
    await withServer(
      () => Promise.reject(new Error('connection refused')),
      async (url) => {
        const response = await fetch(`${url}/health/ready`);
        expect(response.status).toBe(503);
        expect(await response.json()).toEqual({
          ok: false,
          checks: { store: { ok: false, detail: 'connection refused' } },
        });
      },
    );
  });

  it('does not hang with a check that never answers', async () => {
    await withServer(
      () => new Promise(() => undefined),
      async (url) => {
        const response = await fetch(`${url}/health/ready`);
        expect(response.status).toBe(503);
        expect(await response.json()).toEqual({
          ok: false,
          checks: { store: { ok: false, detail: 'no answer within 3 s' } },
        });
      },
    );
  });

  it('serves its metrics, and says where things are', async () => {
    await withServer(
      () => ({ ok: true, detail: '' }),
      async (url) => {
        expect(await (await fetch(`${url}/metrics`)).text()).toContain(
          'timepoint_test_visits_total{process="test"} 1',
        );
        const lost = await fetch(`${url}/`);
        expect(lost.status).toBe(404);
        expect(await lost.text()).toContain('/health/ready');
      },
    );
  });

  it('names the port and the setting when the port is in use', async () => {
    await withServer(
      () => ({ ok: true, detail: '' }),
      async (_url, port) => {
        const second = startHealthServer({ port, live: {}, ready: {}, registry: createRegistry('second') });
        await expect(second).rejects.toThrow(
          `Port ${port} is in use. Set PORT to a free one, or to 0 for any.`,
        );
      },
    );
  });
});
