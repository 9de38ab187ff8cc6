import type { LetterCount } from '@timepoint/database/letters/read-letters';
import { formatCount } from './format.ts';
import { each, type Html, html } from './html.ts';

/** Open dead letters by stream and reason, each leading to its letters. */
export function renderLetterCounts(letters: readonly LetterCount[] | null): Html {
  if (letters === null) return html`<p>It can not be read now; the reason is above.</p>`;
  if (letters.length === 0) return html`<p>None.</p>`;
  return html`<table>
<thead><tr><th scope="col">Stream</th><th scope="col">Reason</th><th scope="col">Letters</th></tr></thead>
<tbody>${each(
    letters,
    ({ stream, reason, letters: count }) => html`<tr>
<th scope="row">${stream}</th>
<td><a href="/dead-letters?stream=${stream}&amp;reason=${reason}">${reason}</a></td>
<td class="number">${formatCount(count)}</td>
</tr>`,
  )}</tbody>
</table>`;
}
