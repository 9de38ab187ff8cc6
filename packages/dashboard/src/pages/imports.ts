import type { ImportRow } from '@timepoint/database/snapshots/read-imports';
import { formatCount, formatMoment, plural } from './format.ts';
import { each, type Html, html, NOTHING } from './html.ts';

/** The imports of files that are under way. */
export function renderImports(imports: readonly ImportRow[] | null): Html {
  if (imports === null) return html`<p>It can not be read now; the reason is above.</p>`;
  if (imports.length === 0) return html`<p>None is under way.</p>`;
  return html`<ul class="imports">${each(imports, renderImport)}</ul>`;
}

function renderImport(row: ImportRow): Html {
  const { id, product, day, part, parts, state, started_at, staged_rows, merged_rows, rejects } = row;
  const name = `${product} of ${day}${parts > 1 ? `, part ${part} of ${parts}` : ''}`;
  const refused =
    rejects > 0 ? html`, <strong class="bad">${plural(rejects, 'row')} refused</strong>` : NOTHING;
  const label = `import-${id}`;
  return html`<li><span id="${label}">${name}</span>: ${state} since ${formatMoment(started_at)}
<progress aria-labelledby="${label}" max="${Math.max(1, staged_rows)}" value="${merged_rows}"></progress>
${formatCount(merged_rows)} of ${formatCount(staged_rows)} ${state === 'reading' ? 'rows read so far' : 'rows'} merged${refused}</li>`;
}
