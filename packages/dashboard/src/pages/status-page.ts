import type { Sections } from '../routes/live.ts';
import type { Sample } from '../sampling/take-sample.ts';
import { renderAnswer } from './answer.ts';
import { formatMoment } from './format.ts';
import { each, type Html, html } from './html.ts';
import { renderImports } from './imports.ts';
import { liveSection } from './layout.ts';
import { renderLetterCounts } from './letter-counts.ts';
import { renderQueues } from './queues.ts';
import { renderStatusChanges } from './status-changes.ts';
import { renderStreams } from './streams.ts';

const WIDE = { streams: 'Streams' } as const;
/** Side by side where there is room. */
const NARROW = { queues: 'Queues', letters: 'Open dead letters', imports: 'Snapshot imports' } as const;
const LAST = { changes: 'Latest company status changes' } as const;

type SectionId = 'answer' | keyof typeof WIDE | keyof typeof NARROW | keyof typeof LAST;

/** What the status page shows of a sample. */
export function renderStatusSections(sample: Sample): Sections {
  const { reading } = sample;
  const sections: Record<SectionId, Html> = {
    answer: html`${renderAnswer(sample)}<p class="at">as of ${formatMoment(reading.at)}</p>`,
    streams: renderStreams(sample),
    queues: renderQueues(sample),
    letters: renderLetterCounts(sample.letters),
    imports: renderImports(sample.imports),
    changes: renderStatusChanges(sample.changes, reading.at),
  };
  return Object.fromEntries(Object.entries(sections).map(([id, section]) => [id, section.toString()]));
}

/** The main part of the status page. */
export function renderStatusPage(sections: Sections): Html {
  return html`<h1 class="hidden">Status</h1>
<section aria-label="In short">${liveSection('answer', sections)}</section>
${renderTitled(WIDE, sections)}
<div class="side-by-side">
${renderTitled(NARROW, sections)}
</div>
${renderTitled(LAST, sections)}`;
}

function renderTitled(titles: Readonly<Record<string, string>>, sections: Sections): Html {
  return each(
    Object.entries(titles),
    ([id, title]) => html`<section aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${liveSection(id, sections)}
</section>
`,
  );
}
