import { groupLetters } from '@timepoint/database/letters/group-letters';
import { readLetter, readLetterPage } from '@timepoint/database/letters/read-letters';
import type { Database } from '@timepoint/database/read-only-pool';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { FastifyInstance } from 'fastify';
import { readRecentActions } from '../acting/recent-actions.ts';
import { renderDeadLetters } from '../pages/dead-letters.ts';
import { renderPage } from '../pages/layout.ts';
import { renderLetter } from '../pages/letter.ts';
import { parseLetterQuery } from './letter-query.ts';

export interface DeadLetterRoutes {
  readonly database: Database;
  readonly queues: Queues;
  readonly isOpen: boolean;
}

const PAGE = 50;
const MAX_GROUPS = 100;

/** Adds the pages of dead letters: all that match a filter, and one. */
export function addDeadLetters(app: FastifyInstance, { database, queues, isOpen }: DeadLetterRoutes): void {
  app.get('/dead-letters', async (request, reply) => {
    const { filter, before } = parseLetterQuery(request.query);
    const [grouped, letters, actions] = await Promise.all([
      groupLetters(database, filter, MAX_GROUPS),
      // One more than is shown reveals whether there is another page.
      readLetterPage(database, { filter, before, limit: PAGE + 1 }),
      readRecentActions(queues),
    ]);
    const { access } = request;
    const shown = letters.slice(0, PAGE);
    const hasMore = letters.length > PAGE;
    const main = renderDeadLetters({ filter, before, grouped, letters: shown, hasMore, actions, access });
    const page = renderPage({ title: 'Dead letters', access, isOpen, at: '/dead-letters', live: null, main });
    return reply.type('text/html; charset=utf-8').send(page);
  });

  app.get<{ Params: { id: string } }>('/dead-letters/:id', async (request, reply) => {
    const id = /^\d{1,15}$/.test(request.params.id) ? Number(request.params.id) : 0;
    const letter = await readLetter(database, id);
    if (letter === null) return reply.callNotFound();
    const { access } = request;
    const main = renderLetter(letter, access);
    const page = renderPage({
      title: `Dead letter ${id}`,
      access,
      isOpen,
      at: '/dead-letters',
      live: null,
      main,
    });
    return reply.type('text/html; charset=utf-8').send(page);
  });
}
