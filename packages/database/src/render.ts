// A statement with a guarantee is one whole text. Only names differ between the tables of streams. The text has a place for
// each of them: `register.:table`, `:resolve(…)`, `:drift(…)`. psql fills such places too: `\set table companies`.
// The rendered statements are in the folders `*.sql` beside the source, so that a change of the text shows what changes.
import type { Stream } from '@timepoint/shared/contract/streams';

/** Puts names into the places of a statement. @throws RangeError for a place without a name. */
export function render(statement: string, names: Readonly<Record<string, string>>): string {
  // `::` is a cast.
  return statement.replace(/(?<!:):([a-z]+)/g, (_place, name: string) => {
    const value = names[name];
    if (value === undefined)
      throw new RangeError(`The statement has a place for :${name}, which has no name.`);
    return value;
  });
}

/**
 * The names for the table of a stream. A table whose resources a file has too also has functions that resolve both sources
 * of a row: `resolve` makes its document, and `drift` lists the fields in which the file contradicts an older document
 * (docs/conflicts.md).
 */
export function namesOf({ table, snapshot }: Stream): Record<string, string> {
  if (snapshot === null) return { table };
  return snapshot === 'fields'
    ? { table, resolve: 'register.resolve', drift: 'register.drift' }
    : { table, resolve: 'register.resolve_whole', drift: 'register.drift_whole' };
}
