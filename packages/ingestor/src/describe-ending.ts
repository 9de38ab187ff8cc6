import { cleaned, type Ending } from './ending.ts';

const MAX_DETAIL_LENGTH = 200;

/** The details of an ending, with the remedy if it is known; null when there are none. Pure. */
export function describeEnding(ending: Ending): string | null {
  switch (ending.kind) {
    case 'http':
      return describeAnswer(ending);
    case 'network':
    case 'error-line':
    case 'queue-lost':
      return ending.message.slice(0, MAX_DETAIL_LENGTH);
    case 'not-a-stream':
      return cleaned(ending.text);
    case 'counted-anew':
      return `${ending.seen.join(', ')} after ${ending.asked}`;
    case 'hole':
      return `(${ending.after}, ${ending.upTo}]`;
    default:
      return null;
  }
}

function describeAnswer({ status, location }: Extract<Ending, { kind: 'http' }>): string {
  if (location === undefined) return `status ${status}`;
  return `status ${status}, a redirect to ${location}, which is not followed; set CH_STREAM_URL to where the streams are`;
}
