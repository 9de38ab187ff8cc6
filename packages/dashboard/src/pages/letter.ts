import type { DeadLetter } from '@timepoint/database/letters/read-letters';
import type { Access } from '../guard/access.ts';
import { renderActionForm } from './action.ts';
import { formatCount, formatMoment, formatTimepoint, UNKNOWN } from './format.ts';
import { each, type Html, html, NOTHING } from './html.ts';

/** One letter with all that is known of it. Its raw text is shown as text, whatever it holds. */
export function renderLetter(letter: DeadLetter, access: Access): Html {
  const { id, state, raw } = letter;
  const canAct = state === 'open' || state === 'superseded';
  const facts: readonly [string, Html | string][] = [
    ['State', state],
    ['Stream', letter.stream],
    ['Timepoint', formatTimepoint(letter.timepoint)],
    ['Resource', letter.resource_uri ?? UNKNOWN],
    ['Company', letter.company_number ?? UNKNOWN],
    ['Reason', letter.reason],
    ['Path that failed', letter.path ?? UNKNOWN],
    ['What was wrong', letter.detail],
    ['First seen', formatMoment(letter.first_seen_at)],
    ['Last seen', formatMoment(letter.last_seen_at)],
    ['Attempts', formatCount(letter.attempts)],
  ];
  const alike = new URLSearchParams({ stream: letter.stream, fingerprint: letter.fingerprint, state });
  return html`<h1>Dead letter ${id}</h1>
<dl class="facts">${each(facts, ([title, fact]) => html`<div><dt>${title}</dt><dd>${fact}</dd></div>`)}</dl>
${canAct ? renderActionForm({ selection: { state }, id, subject: 'this letter', access }) : NOTHING}
<p><a href="/dead-letters?${alike.toString()}">All that are alike</a></p>
<h2 id="raw-title">As it came</h2>
<pre class="raw" tabindex="0" role="region" aria-labelledby="raw-title">${raw}</pre>`;
}
