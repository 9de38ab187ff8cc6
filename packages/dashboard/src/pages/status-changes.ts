import type { StatusChange } from '@timepoint/database/status-changes/read-status-changes';
import { formatAgo, UNKNOWN } from './format.ts';
import { each, type Html, html } from './html.ts';

/** The latest changes, the newest first. */
export function renderStatusChanges(changes: readonly StatusChange[] | null, at: number): Html {
  if (changes === null) return html`<p>It can not be read now; the reason is above.</p>`;
  if (changes.length === 0) return html`<p>None among the latest events.</p>`;
  return html`<div class="scroll" role="region" aria-labelledby="changes-title" tabindex="0"><table>
<thead><tr><th scope="col">Company</th><th scope="col">Name</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Ago</th></tr></thead>
<tbody>${each(changes, (change) => renderChange(change, at))}</tbody>
</table></div>`;
}

function renderChange(change: StatusChange, at: number): Html {
  const { company_number, company_name, published_at } = change;
  return html`<tr>
<th scope="row">${company_number}</th>
<td>${company_name ?? UNKNOWN}</td>
<td>${describe(change.from_status, change.from_status_detail)}</td>
<td>${describe(change.to_status, change.to_status_detail)}</td>
<td class="number">${published_at === null ? UNKNOWN : formatAgo(published_at.getTime(), at)}</td>
</tr>`;
}

function describe(status: string | null, detail: string | null): string {
  return [status ?? UNKNOWN, detail].filter((part) => part !== null).join(', ');
}
