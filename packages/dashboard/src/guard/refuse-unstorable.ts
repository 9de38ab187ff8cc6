import { isStorable, NOT_STORABLE } from '@timepoint/shared/contract/storable-text';
import type { FastifyInstance } from 'fastify';

/** Answers a request with 400 when any of its texts is one that no store can hold, before a route sees it. */
export function refuseUnstorable(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query, body }, reply) => {
    const path = findUnstorable({ params, query, body });
    if (path === null) return;
    return reply.code(400).type('text/plain; charset=utf-8').send(`${path} ${NOT_STORABLE}.\n`);
  });
}

/** The name of the first text that can't be stored; null when all can. */
function findUnstorable(value: unknown, name = 'The request'): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : name;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    if (!isStorable(key)) return 'A name in the request';
    const found = findUnstorable(part, key);
    if (found !== null) return found;
  }
  return null;
}
