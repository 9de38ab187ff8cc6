// A stream key and a REST key are different credentials that look alike. Only Companies House can distinguish them. The
// doctor does not connect to it (docs/decisions/0010), but reads the answers in the reports of the ingestors.
import type { StreamHold } from '@timepoint/shared/queues/read-queues';
import { bad, type Check, good } from './check.ts';

const CREATE =
  'create a key of type "stream" in your Companies House developer account and set CH_STREAM_KEY';

/**
 * Checks the format of the stream key, and the answer of Companies House to it. `streams` is null when no report can be
 * read.
 */
export function checkKey(key: string | undefined, streams: readonly StreamHold[] | null): Check {
  const flaw = key === undefined || key.trim() === '' ? null : findFlaw(key);
  if (flaw !== null) return bad('problem', 'key', `CH_STREAM_KEY ${flaw}`, 'set the bare key');
  const reports = (streams ?? []).flatMap(({ hold, report }) =>
    report === null ? [] : [{ hold, ...report }],
  );
  const open = reports.filter(({ hold, state }) => hold === 'held' && state === 'open').length;
  if (open > 0) return good('key', `accepted: ${open} stream(s) are open`);
  if (reports.some(({ ending, detail }) => ending === 'http' && detail === 'status 401')) {
    return bad('problem', 'key', 'Companies House refused the key of the ingestor (401)', CREATE);
  }
  if (!key?.trim()) {
    return bad('warning', 'key', 'CH_STREAM_KEY is not set here; only the ingestor needs it', CREATE);
  }
  return good('key', 'set; only a connection of an ingestor shows whether it is a stream key');
}

function findFlaw(key: string): string | null {
  if (/^["'`]|["'`]$/.test(key)) return 'has quotes around it';
  if (/\s/.test(key)) return 'contains a blank or a line break';
  if (key.endsWith(':')) return 'ends with a colon, as `curl -u` wants it';
  return /^(your-.*|<.*>)$/i.test(key) ? 'is a placeholder, not a key' : null;
}
