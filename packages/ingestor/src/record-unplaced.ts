import type { Timepoint } from '@timepoint/shared/contract/timepoint';
import { batchWithoutPlace } from './batch.ts';
import type { Ending } from './ending.ts';
import type { Line } from './lines.ts';
import { type Destination, type Measures, publishMeasured } from './publish.ts';

export interface Unplaced {
  /** The stored position, which stays. */
  readonly at: Timepoint;
  /** Lines that waited for a place when the connection ended. */
  readonly held: readonly Line[];
  readonly ending: Ending;
}

/**
 * Records lines without a place, or the beginning of a page that came instead of a stream, by a job that covers nothing.
 * Returns whether anything was recorded. Lines that could not be recorded are tried when they come again.
 */
export async function recordUnplaced(
  measures: Measures,
  destination: Destination,
  { at, held, ending }: Unplaced,
): Promise<boolean> {
  // The queue takes nothing, or another ingestor has the stream by now.
  if (ending.kind === 'queue-lost' || ending.kind === 'lease-lost') return false;
  const page = ending.kind === 'not-a-stream' && held.length === 0 ? [asLine(ending.text)] : [];
  const lines = [...held, ...page];
  if (lines.length === 0) return false;
  try {
    await publishMeasured(measures, destination, batchWithoutPlace(at, lines, Date.now()));
  } catch (error) {
    measures.logger.warn({ err: error }, 'lines that repeat could not be recorded; they are tried again');
    return false;
  }
  measures.logger.error(
    { lines: lines.length, at },
    'lines that repeat without a place are recorded as dead letters',
  );
  return true;
}

function asLine(text: string): Line {
  return { text, bytes: Buffer.byteLength(text), undecodable: null };
}
