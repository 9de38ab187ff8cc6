import { join } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { FastifyInstance } from 'fastify';
import { signRetries } from '../acting/sign-retries.ts';
import { type BoardRequest, isAllowed, isRetry } from '../guard/allowed-changes.ts';

const BASE_PATH = '/queues';
const REFUSAL =
  'Bull Board may only look here, and try again what failed. For the rest there are commands: see `timepoint --help`.';

/** Serves Bull Board with every queue at `/queues`; its files are in `<folder>/bull-board`. */
export async function addQueues(app: FastifyInstance, queues: Queues, folder: string): Promise<void> {
  const serverAdapter = new FastifyAdapter().setBasePath(BASE_PATH);
  createBullBoard({
    queues: queues.all.map((queue) => new BullMQAdapter(queue)),
    serverAdapter,
    options: {
      uiBasePath: join(folder, 'bull-board'),
      uiConfig: {
        boardTitle: 'Queues',
        boardLogo: { path: '/assets/icon.svg' },
        miscLinks: [{ text: 'Status', url: '/' }],
        // Each poll reads the queues; this bounds how often a page polls.
        pollingInterval: { showSetting: true },
      },
    },
  });
  await app.register(async (scope) => {
    // A page offers only what is allowed: retries, where failed jobs are listed, to people who may operate.
    scope.addHook('preSerialization', async ({ access, query }, _reply, body) => {
      if (!isListOfQueues(body)) return body;
      const { activeQueue, status } = query as ShownQueue;
      const isShown = (name: string) =>
        access.role === 'operate' && status === 'failed' && name === activeQueue;
      const shown = (queue: { name: string }) => ({
        ...queue,
        readOnlyMode: !isShown(queue.name),
        allowCompletedRetries: false,
      });
      return { queues: body.queues.map(shown) };
    });
    scope.addHook('preHandler', async ({ method, routeOptions, params, access }, reply) => {
      const route = routeOptions.url?.slice(BASE_PATH.length) ?? '';
      const asked: BoardRequest = { method, route, params: params as BoardRequest['params'] };
      if (!(await isAllowed(queues, asked))) return reply.code(403).send({ error: REFUSAL });
      if (isRetry(asked)) await signRetries(queues, asked.params, access.who);
    });
    await scope.register(serverAdapter.registerPlugin(), { prefix: BASE_PATH });
  });
}

/** Which queue, and which of its jobs, the page of Bull Board shows. */
interface ShownQueue {
  readonly activeQueue?: string;
  readonly status?: string;
}

function isListOfQueues(body: unknown): body is { queues: readonly { name: string }[] } {
  return typeof body === 'object' && body !== null && 'queues' in body && Array.isArray(body.queues);
}
