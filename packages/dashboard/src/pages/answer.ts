import type { Assessment } from '@timepoint/shared/monitoring/assess';
import type { Sample } from '../sampling/take-sample.ts';
import { each, type Html, html } from './html.ts';

/** The ten-second answer: is the copy live, is it exact, and what is the matter if not. */
export function renderAnswer({ assessment, failures }: Pick<Sample, 'assessment' | 'failures'>): Html {
  const { isLive, isExact, findings } = assessment;
  const unread = Object.entries(failures);
  const isFine = findings.length === 0 && unread.length === 0;
  return html`<div role="status" class="verdicts">
<p class="verdict ${isLive ? 'good' : 'bad'}"><strong>${isLive ? 'Live' : 'Not live'}</strong></p>
<p class="verdict ${exactness(isExact).look}"><strong>${exactness(isExact).text}</strong></p>
</div>
${isFine ? html`<p>Nothing is the matter.</p>` : html`<ul class="findings">${each(findings, renderFinding)}${each(unread, renderFailure)}</ul>`}`;
}

function exactness(isExact: Assessment['isExact']) {
  if (isExact === null) return { look: 'unknown', text: 'Exact or not is unknown' };
  return isExact ? { look: 'good', text: 'Exact' } : { look: 'bad', text: 'Not exact' };
}

function renderFinding({ kind, severity, text }: Assessment['findings'][number]): Html {
  return html`<li class="finding ${severity}"><span class="severity">${severity}</span> <span>${text}</span> <a href="/runbook#${kind}" aria-label="What to do: ${kind}">What to do</a></li>`;
}

/** What of the page can not be shown. It is no finding of the copy, and has no section of the runbook. */
function renderFailure([part, reason]: [string, string]): Html {
  return html`<li class="finding warning"><span class="severity">warning</span> <span>The ${part} can not be read: ${reason}. Check that the migrations and the permissions of this dashboard are those of its version; it is tried again by itself.</span></li>`;
}
