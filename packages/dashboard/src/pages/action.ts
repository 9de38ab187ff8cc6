import type { LetterFilter } from '@timepoint/database/letters/letter-selection';
import type { ActionProgress, LetterSelection } from '@timepoint/shared/contract/job';
import type { Action } from '../acting/recent-actions.ts';
import type { Access } from '../guard/access.ts';
import type { Sections } from '../routes/live.ts';
import { formatCount, formatMoment, plural } from './format.ts';
import { each, type Html, html, NOTHING } from './html.ts';
import { liveSection } from './layout.ts';

export interface ActionForm {
  readonly selection: LetterFilter;
  /** One letter instead of all that match. */
  readonly id?: number;
  /** The newest letter that is shown. The buttons do not act on letters that came later. */
  readonly upToId?: number | null;
  /** What the buttons are about, such as `all 320`. */
  readonly subject: string;
  readonly access: Access;
}

/** The buttons that act on letters. People who may only view get none, and letters that are closed have none. */
export function renderActionForm({ selection, id, upToId, subject, access }: ActionForm): Html {
  const { state } = selection;
  if (access.role !== 'operate' || (state !== 'open' && state !== 'superseded')) return NOTHING;
  const fields = Object.entries({ ...selection, id, upToId: upToId ?? undefined });
  const discard = html`<details><summary>Discard ${subject}…</summary>
<label>Why<input name="because" maxlength="500"></label>
<button name="what" value="discard" class="dangerous">Discard ${subject}</button>
</details>`;
  return html`<form method="post" action="/actions" class="actions">
${each(fields, ([name, value]) =>
  value === undefined ? NOTHING : html`<input type="hidden" name="${name}" value="${value}">`,
)}
<button name="what" value="dry-run">Dry run of ${subject}</button>
<button name="what" value="replay">Replay ${subject}</button>
${state === 'open' ? discard : NOTHING}
</form>`;
}

const TITLES = { replay: 'Replay', 'dry-run': 'Dry run', discard: 'Discard' };

/** The page of an action. */
export function renderAction({ job, askedAt }: Action, sections: Sections): Html {
  return html`<h1>${TITLES[job.what]}</h1>
<p>Asked for by ${job.who} at ${formatMoment(askedAt)}${job.because === undefined ? NOTHING : html`, because: ${job.because}`}.</p>
<p>Of letters with ${describeSelection(job.selection)}.</p>
${liveSection('progress', sections)}
<p><a href="/dead-letters">Dead letters</a> <a href="/audit">Audit</a></p>`;
}

/** The parts of that page that change. */
export function renderActionSections(action: Action, canOperate: boolean): Sections {
  return { progress: renderProgress(action, canOperate).toString() };
}

/** The parts of that page when the queue has forgotten the action. */
export function renderForgotten(): Sections {
  const text =
    'It is not known any more: the queue was emptied, or fifty others came after it. The audit shows what it did.';
  return { progress: html`<p role="status"><strong>${text}</strong></p>`.toString() };
}

function renderProgress(action: Action, canOperate: boolean): Html {
  const { id, job, state, progress, failure } = action;
  const isOver = state === 'completed' || state === 'failed';
  const cancel =
    isOver || !canOperate || job.isCancelled
      ? NOTHING
      : html`<form method="post" action="/actions/${id}/cancel"><button>Cancel</button></form>`;
  const isStopping = job.isCancelled && !isOver;
  return html`<p role="status"><strong>${headline(action)}</strong></p>
${progress === null ? NOTHING : renderBar(progress)}
${isStopping ? html`<p>Stops within 25 letters.</p>` : NOTHING}
${failure === null || state === 'completed' ? NOTHING : html`<p class="bad">${failure}</p>`}
${cancel}
${progress === null ? NOTHING : renderFailures(progress)}`;
}

/** Such as `312 of 320 would pass now`. */
function headline({ job, state, progress }: Action): string {
  if (state === 'failed') return 'Failed';
  if (progress === null) return state === 'waiting' ? 'Waits for a worker' : 'Begins';
  const { total, done, passed, isCancelled } = progress;
  const verb = { replay: 'were applied', 'dry-run': 'would pass now', discard: 'were discarded' }[job.what];
  const result = `${formatCount(passed)} of ${formatCount(state === 'completed' ? total : done)} ${verb}`;
  if (state !== 'completed') return `${result} so far`;
  return isCancelled ? `Cancelled: ${result}` : result;
}

function renderBar({ total, done }: ActionProgress): Html {
  return html`<p><progress aria-label="Letters done" max="${Math.max(1, total)}" value="${total === 0 ? 1 : done}"></progress> ${formatCount(done)} of ${plural(total, 'letter')} done</p>`;
}

function renderFailures({ failures }: ActionProgress): Html {
  if (failures.length === 0) return NOTHING;
  return html`<h2 id="failures-title">What the others fail of</h2>
<div class="scroll" role="region" aria-labelledby="failures-title" tabindex="0"><table>
<thead><tr><th scope="col">What is wrong</th><th scope="col">Letters</th></tr></thead>
<tbody>${each(failures, ({ detail, letters }) => html`<tr><th scope="row" class="text">${detail}</th><td class="number">${formatCount(letters)}</td></tr>`)}</tbody>
</table></div>`;
}

/** The latest actions, each leading to its page. */
export function renderActionList(actions: readonly Action[]): Html {
  if (actions.length === 0) return html`<p>None.</p>`;
  return html`<ul>${each(
    actions,
    (action) =>
      html`<li><a href="/actions/${action.id}">${TITLES[action.job.what]} at ${formatMoment(action.askedAt)}</a> by ${action.job.who}: ${headline(action)}</li>`,
  )}</ul>`;
}

function describeSelection(selection: LetterSelection): string {
  return Object.entries(selection)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
