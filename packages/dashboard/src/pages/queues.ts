import type { QueueDepth } from '@timepoint/shared/queues/depth';
import type { Sample } from '../sampling/take-sample.ts';
import { formatAgo, formatCount, UNKNOWN } from './format.ts';
import { each, type Html, html } from './html.ts';

const COLUMNS = ['Queue', 'Waiting', 'Oldest waiting', 'Active', 'Delayed', 'Failed'];

/** A row for each queue. */
export function renderQueues({ reading, oldestJobs }: Sample): Html {
  if (reading.queues === null) return html`<p>The queues can not be reached.</p>`;
  return html`<div class="scroll" role="region" aria-labelledby="queues-title" tabindex="0"><table>
<thead><tr>${each(COLUMNS, (title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${each(reading.queues.depths, (depth) => renderQueue(depth, oldestJobs, reading.at))}</tbody>
</table></div>`;
}

function renderQueue(depth: QueueDepth, oldestJobs: Sample['oldestJobs'], at: number): Html {
  const { name, waiting, active, delayed, failed } = depth;
  const oldestAt = oldestJobs?.get(name);
  const failures =
    failed === 0
      ? html`0`
      : html`<a href="/queues/queue/${name}?status=failed" aria-label="${formatCount(failed)} failed of ${name}">${formatCount(failed)}</a>`;
  return html`<tr>
<th scope="row"><a href="/queues/queue/${name}">${name}</a></th>
<td class="number">${formatCount(waiting)}</td>
<td class="number">${oldestAt === undefined ? UNKNOWN : formatAgo(oldestAt, at)}</td>
<td class="number">${formatCount(active)}</td>
<td class="number">${formatCount(delayed)}</td>
<td class="number">${failures}</td>
</tr>`;
}
