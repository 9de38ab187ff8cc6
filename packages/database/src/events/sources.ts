import type { Stream } from '@timepoint/shared/contract/streams';

/** The SQL functions that resolve the sources of a row: docs/conflicts.md. */
export interface Sources {
  /** The function that makes the document from both sources. */
  readonly resolve: 'register.resolve' | 'register.resolve_whole';
  /** The function that lists the fields in which a file contradicts an older document. */
  readonly drift: 'register.drift' | 'register.drift_whole';
}

/** The functions for a stream; null when no file has its resources. Rows of such a stream have one source, `data`. */
export function sourcesOf({ snapshot }: Stream): Sources | null {
  if (snapshot === null) return null;
  return snapshot === 'fields'
    ? { resolve: 'register.resolve', drift: 'register.drift' }
    : { resolve: 'register.resolve_whole', drift: 'register.drift_whole' };
}
