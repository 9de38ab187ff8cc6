import type { StreamStatus } from '@timepoint/shared/contract/stream-status';
import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { span } from '@timepoint/shared/platform/time-span';
import type { StreamHold } from '@timepoint/shared/queues/read-queues';
import { type ConnectionState, connectionState } from '../sampling/connection-state.ts';
import type { HourlyActivity } from '../sampling/rates.ts';
import type { Sample } from '../sampling/take-sample.ts';
import { formatAgo, formatCount, formatRate, formatSeconds, formatTimepoint, UNKNOWN } from './format.ts';
import { each, type Html, html, NOTHING } from './html.ts';

const COLUMNS = [
  'Connection',
  'Newest',
  'Watermark',
  'Holes',
  'Lag',
  'Events/s',
  'Last hour',
  'Dead letters',
  'Rows',
] as const;

/** A row for each stream that is followed, or was. */
export function renderStreams(sample: Sample): Html {
  const { queues, statuses } = sample.reading;
  const streams = STREAM_NAMES.filter((stream) => {
    const hold = queues?.streams.find((candidate) => candidate.stream === stream);
    return (
      (hold !== undefined && hold.hold !== 'unregistered') || statuses?.some((row) => row.stream === stream)
    );
  });
  if (streams.length === 0) return html`<p>No stream is known yet.</p>`;
  // On a narrow screen the rows become cards, which takes the meaning of a table from it: hence the roles.
  return html`<table class="cards" role="table" aria-labelledby="streams-title">
<thead role="rowgroup"><tr role="row">${each(['Stream', ...COLUMNS], (title) => html`<th scope="col" role="columnheader">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${each(streams, (stream) => renderStream(stream, sample))}</tbody>
</table>`;
}

function renderStream(stream: StreamName, { reading, rates, activity }: Sample): Html {
  const hold = reading.queues?.streams.find((candidate) => candidate.stream === stream);
  const status = reading.statuses?.find((row) => row.stream === stream);
  const cells: Readonly<Record<(typeof COLUMNS)[number], Html>> = {
    Connection: renderConnection(hold, reading.queues?.isBudgetUsed ?? false, reading.at),
    Newest: html`${formatTimepoint(status?.newest_timepoint)}`,
    Watermark: renderWatermark(status),
    Holes: renderHoles(status),
    Lag: html`${formatSeconds(status?.lag_seconds)}`,
    'Events/s': html`${formatRate(rates.get(stream))}`,
    'Last hour': renderChart(stream, activity?.get(stream)),
    'Dead letters': renderLetters(status),
    Rows: html`${status === undefined ? UNKNOWN : `~${formatCount(status.approximate_rows)}`}`,
  };
  return html`<tr role="row" id="stream-${stream}">
<th scope="row" role="rowheader">${stream}</th>
${each(
  COLUMNS,
  (column) =>
    html`<td role="cell"${column === 'Connection' ? NOTHING : html` class="number"`} data-label="${column}"><span>${cells[column]}</span></td>`,
)}
</tr>`;
}

function renderConnection(hold: StreamHold | undefined, isBudgetUsed: boolean, at: number): Html {
  if (hold === undefined) return html`<span class="unknown">unknown</span>`;
  const connection = connectionState(hold, isBudgetUsed, at);
  const { state, title, since, detail } = connection;
  return html`<span class="connection ${state}"><strong>${title}</strong>${since === null ? NOTHING : html` for ${formatAgo(since, at)}`}${detail === '' ? NOTHING : html`<span class="detail">${detail}</span>`}${renderTimeLeft(connection)}</span>`;
}

function renderTimeLeft({ state, timeLeftMs }: ConnectionState): Html {
  if (state !== 'down' || timeLeftMs === null) return NOTHING;
  const text = timeLeftMs > 0 ? `time left: ${span(timeLeftMs)}` : 'no time left: events may be lost';
  return html`<span class="detail">${text}</span>`;
}

function renderWatermark(status: StreamStatus | undefined): Html {
  const isBehind = status !== undefined && !status.is_contiguous;
  return html`${formatTimepoint(status?.watermark)}${isBehind ? html`<span class="detail">something before the newest is missing</span>` : NOTHING}`;
}

function renderHoles(status: StreamStatus | undefined): Html {
  if (status === undefined) return html`${UNKNOWN}`;
  const { open_holes, accepted_holes } = status;
  const open = open_holes > 0 ? [html`<strong class="bad">${formatCount(open_holes)} open</strong>`] : [];
  const accepted = accepted_holes > 0 ? [html`${formatCount(accepted_holes)} accepted`] : [];
  const [one, other] = [...open, ...accepted];
  return other === undefined ? (one ?? html`0`) : html`${one ?? NOTHING}, ${other}`;
}

function renderLetters(status: StreamStatus | undefined): Html {
  if (status === undefined || status.open_dead_letters === 0)
    return html`${formatCount(status?.open_dead_letters)}`;
  const { stream, open_dead_letters } = status;
  return html`<a href="/dead-letters?stream=${stream}" aria-label="${formatCount(open_dead_letters)} dead letters of ${stream}">${formatCount(open_dead_letters)}</a>`;
}

/** Drawn by the client; without it the text is there. */
function renderChart(stream: string, activity: HourlyActivity | undefined): Html {
  const known = activity?.perSecond.filter((rate) => rate !== null) ?? [];
  if (activity === undefined || known.length === 0) return html`<span class="unknown">no data yet</span>`;
  const peak = `at most ${formatRate(Math.max(...known))}`;
  const points = JSON.stringify(
    activity.perSecond.map((rate) => (rate === null ? null : Number(rate.toFixed(3)))),
  );
  const label = `${stream}: events per second in the last hour, ${peak}`;
  return html`<minute-chart role="img" aria-label="${label}" from="${activity.from}" points="${points}">${peak}</minute-chart>`;
}
