import type { AuditRow } from '@timepoint/database/audit/read-audit';
import { formatMoment } from './format.ts';
import { each, type Html, html } from './html.ts';

/** What people did, the latest first. */
export function renderAudit(rows: readonly AuditRow[]): Html {
  return html`<h1 id="audit-title">Audit</h1>
<p>What people did by dashboard or command, the latest first.</p>
${rows.length === 0 ? html`<p>Nothing yet.</p>` : renderRows(rows)}`;
}

function renderRows(rows: readonly AuditRow[]): Html {
  return html`<div class="scroll" role="region" aria-labelledby="audit-title" tabindex="0"><table>
<thead><tr><th scope="col">At</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Details</th></tr></thead>
<tbody>${each(
    rows,
    ({ at, who, what, details }) => html`<tr>
<th scope="row">${formatMoment(at)}</th>
<td>${who}</td>
<td>${what}</td>
<td class="text"><code>${JSON.stringify(details)}</code></td>
</tr>`,
  )}</tbody>
</table></div>`;
}
