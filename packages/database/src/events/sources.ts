import type { Stream } from '@timepoint/shared/contract/streams';

/** SQL for what a row says by its sources: docs/conflicts.md. The arguments are SQL. */
export interface Sources {
  /** The function that makes the document of both sources. */
  readonly resolve: 'register.resolve' | 'register.resolve_whole';
  /** The function that lists the fields in which the file contradicts an older document. */
  readonly drift: 'register.drift' | 'register.drift_whole';
}

/** Null for a stream of whose resources no file tells: its rows have one source, which is `data`. */
export function sourcesOf({ snapshot }: Stream): Sources | null {
  if (snapshot === null) return null;
  return snapshot === 'fields'
    ? { resolve: 'register.resolve', drift: 'register.drift' }
    : { resolve: 'register.resolve_whole', drift: 'register.drift_whole' };
}
