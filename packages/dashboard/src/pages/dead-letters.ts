import type { GroupedLetters, LetterGroup } from '@timepoint/database/letters/group-letters';
import type { LetterFilter } from '@timepoint/database/letters/letter-selection';
import type { LetterRow } from '@timepoint/database/letters/read-letters';
import { LETTER_REASONS } from '@timepoint/shared/contract/job';
import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import type { Action } from '../acting/recent-actions.ts';
import type { Access } from '../guard/access.ts';
import { letterQuery } from '../routes/letter-query.ts';
import { renderActionForm, renderActionList } from './action.ts';
import { formatCount, formatMoment, formatTimepoint, plural, UNKNOWN } from './format.ts';
import { each, type Html, html, NOTHING } from './html.ts';

export interface DeadLettersPage {
  readonly filter: LetterFilter;
  readonly before: number | null;
  readonly grouped: GroupedLetters;
  readonly letters: readonly LetterRow[];
  readonly hasMore: boolean;
  readonly actions: readonly Action[];
  readonly access: Access;
}

/** The letters that match a filter: as groups, one by one, and with the actions on all of them. */
export function renderDeadLetters(page: DeadLettersPage): Html {
  const { filter, letters, access, actions } = page;
  const { groups, totalGroups, total, newestId } = page.grouped;
  const all = `all ${formatCount(total)}`;
  return html`<h1>Dead letters</h1>
<p>Events that could not be applied. Remove the cause, see with a dry run how many would pass now, and replay them.</p>
${renderFilter(filter)}
<section aria-labelledby="groups-title">
<h2 id="groups-title">Alike</h2>
<p>${plural(total, 'letter')} in ${plural(totalGroups, 'group')}${totalGroups > groups.length ? html`, the largest ${groups.length} of which are shown` : NOTHING}.</p>
${groups.length === 0 ? NOTHING : renderGroups(filter, groups)}
${total > 0 ? renderActionForm({ selection: filter, upToId: newestId, subject: all, access }) : NOTHING}
</section>
<section aria-labelledby="list-title">
<h2 id="list-title">One by one</h2>
${letters.length === 0 ? html`<p>None.</p>` : renderList(letters)}
${renderPaging(page)}
</section>
<section aria-labelledby="actions-title">
<h2 id="actions-title">Latest actions</h2>
${renderActionList(actions)}
</section>`;
}

const STATES = ['open', 'superseded', 'replayed', 'discarded'];

function renderFilter(filter: LetterFilter): Html {
  const choice = (
    name: string,
    title: string,
    values: readonly string[],
    chosen: string | undefined,
    any: Html,
  ) =>
    html`<label>${title}<select name="${name}">${any}${each(values, (value) => html`<option${value === chosen ? html` selected` : NOTHING}>${value}</option>`)}</select></label>`;
  const any = html`<option value="">any</option>`;
  const moment = (name: string, title: string, value: string | undefined) =>
    html`<label>${title}<input type="datetime-local" name="${name}" value="${value?.slice(0, 16) ?? ''}"></label>`;
  return html`<form method="get" action="/dead-letters" class="filter" role="search" aria-label="Filter">
${choice('stream', 'Stream', STREAM_NAMES, filter.stream, any)}
${choice('reason', 'Reason', LETTER_REASONS, filter.reason, any)}
${choice('state', 'State', STATES, filter.state, NOTHING)}
<label>Company<input name="companyNumber" value="${filter.companyNumber ?? ''}" size="10" autocomplete="off"></label>
${moment('since', 'Seen since (UTC)', filter.since)}
${moment('until', 'Seen before (UTC)', filter.until)}
${filter.fingerprint === undefined ? NOTHING : html`<label class="wide">Alike<input name="fingerprint" value="${filter.fingerprint}"></label>`}
<button>Show</button> <a href="/dead-letters">Show all open ones</a>
</form>`;
}

function renderGroups(filter: LetterFilter, groups: readonly LetterGroup[]): Html {
  return html`<div class="scroll" role="region" aria-labelledby="groups-title" tabindex="0"><table>
<thead><tr><th scope="col">What was wrong</th><th scope="col">Stream</th><th scope="col">Reason</th><th scope="col">Path</th><th scope="col">Letters</th><th scope="col">Companies</th><th scope="col">First seen</th><th scope="col">Last seen</th></tr></thead>
<tbody>${each(groups, (group) => renderGroup(filter, group))}</tbody>
</table></div>`;
}

function renderGroup(filter: LetterFilter, group: LetterGroup): Html {
  const { stream, reason, fingerprint, example } = group;
  const query = letterQuery({ ...filter, stream, reason, fingerprint } as LetterFilter);
  return html`<tr>
<th scope="row" class="text"><a href="/dead-letters?${query}">${fingerprint}</a>${example === fingerprint ? NOTHING : html`<span class="detail">such as: ${example}</span>`}</th>
<td>${stream}</td>
<td>${reason}</td>
<td>${group.path ?? UNKNOWN}</td>
<td class="number">${formatCount(group.letters)}</td>
<td class="number">${formatCount(group.companies)}</td>
<td>${formatMoment(group.first_seen_at)}</td>
<td>${formatMoment(group.last_seen_at)}</td>
</tr>`;
}

function renderList(letters: readonly LetterRow[]): Html {
  return html`<div class="scroll" role="region" aria-labelledby="list-title" tabindex="0"><table>
<thead><tr><th scope="col">Letter</th><th scope="col">Stream</th><th scope="col">Timepoint</th><th scope="col">Resource</th><th scope="col">What was wrong</th><th scope="col">Attempts</th><th scope="col">Last seen</th></tr></thead>
<tbody>${each(
    letters,
    (letter) => html`<tr>
<th scope="row"><a href="/dead-letters/${letter.id}">${letter.id}</a></th>
<td>${letter.stream}</td>
<td class="number">${formatTimepoint(letter.timepoint)}</td>
<td>${letter.resource_uri ?? UNKNOWN}</td>
<td class="text">${letter.detail}</td>
<td class="number">${formatCount(letter.attempts)}</td>
<td>${formatMoment(letter.last_seen_at)}</td>
</tr>`,
  )}</tbody>
</table></div>`;
}

function renderPaging({ filter, before, letters, hasMore }: DeadLettersPage): Html {
  const last = letters.at(-1);
  const first = before === null ? NOTHING : html`<a href="/dead-letters?${letterQuery(filter)}">Latest</a> `;
  const older =
    hasMore && last !== undefined
      ? html`<a href="/dead-letters?${letterQuery(filter, last.id)}" rel="next">Older</a>`
      : NOTHING;
  return html`<nav aria-label="Pages of letters"><p>${first}${older}</p></nav>`;
}
