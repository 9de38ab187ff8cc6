import { actionJobSchema } from '@timepoint/shared/contract/job';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import type { Queues } from '@timepoint/shared/queues/queues';
import type { FastifyInstance } from 'fastify';
import { followAction } from '../acting/follow-action.ts';
import { readAction } from '../acting/recent-actions.ts';
import type { Metrics } from '../metrics.ts';
import { renderAction, renderActionSections } from '../pages/action.ts';
import { renderPage } from '../pages/layout.ts';
import { parseActionForm } from './letter-query.ts';
import { sendLive } from './live.ts';

export interface ActionRoutes {
  readonly queues: Queues;
  readonly metrics: Metrics;
  readonly isOpen: boolean;
}

type OfAction = { Params: { id: string } };

/** Whether an id has the form of those that the dashboard gives to actions. */
const isActionId = (id: string) => /^[\w-]{1,64}$/.test(id);

/** Adds the routes that request, follow and cancel actions on dead letters. The worker carries them out. */
export function addActions(app: FastifyInstance, { queues, metrics, isOpen }: ActionRoutes): void {
  app.post('/actions', async (request, reply) => {
    const { what, because, selection } = parseActionForm(request.body);
    if (what === 'discard' && because === undefined)
      return reply
        .code(400)
        .type('text/plain; charset=utf-8')
        .send('A discard needs a reason. Go back, give one, and try again.\n');
    const { who } = request.access;
    const job = actionJobSchema.parse({
      what,
      selection,
      who,
      ...(because === undefined ? {} : { because }),
    });
    const id = catalogue.actions.jobId();
    await queues.actions.add(what, job, { jobId: id });
    metrics.actions.inc({ what });
    return reply.redirect(`/actions/${id}`, 303);
  });

  app.get<OfAction>('/actions/:id', async (request, reply) => {
    const { id } = request.params;
    const action = isActionId(id) ? await readAction(queues, id) : null;
    if (action === null) return reply.callNotFound();
    const { access } = request;
    const main = renderAction(action, renderActionSections(action, access.role === 'operate'));
    const title = `Action ${action.job.what}`;
    const live = `/actions/${action.id}/events`;
    const page = renderPage({ title, access, isOpen, at: '/dead-letters', live, main });
    return reply.type('text/html; charset=utf-8').send(page);
  });

  app.get<OfAction>('/actions/:id/events', { exposeHeadRoute: false }, async (request, reply) => {
    const { id } = request.params;
    if (!isActionId(id)) return reply.callNotFound();
    const options = { queues, id, canOperate: request.access.role === 'operate' };
    return sendLive(reply, (signal) => followAction(options, signal));
  });

  app.post<OfAction>('/actions/:id/cancel', async (request, reply) => {
    const { id } = request.params;
    const job = isActionId(id) ? await queues.actions.getJob(id) : undefined;
    if (job === undefined) return reply.callNotFound();
    // An action that has ended meanwhile can't be cancelled.
    if (!(await job.isCompleted())) await job.updateData({ ...job.data, isCancelled: true });
    return reply.redirect(`/actions/${encodeURIComponent(id)}`, 303);
  });
}
