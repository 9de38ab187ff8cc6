// A statement with a guarantee is one whole text. Only names differ between the tables of streams. The text has a place for
// each of them: `register.:table`, `:resolve(…)`, `:drift(…)`. psql fills such places too: `\set table companies`.
// The rendered statements are in the folders `*.sql` beside the source, so that a change of the text shows what changes.
import type { Stream } from '@timepoint/shared/contract/streams';
import { sourcesOf } from './events/sources.ts';

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

/** The names that differ between streams: the table, and the functions that resolve its sources when a file has it too. */
export function namesOf(stream: Stream): Record<string, string> {
  return { table: stream.table, ...sourcesOf(stream) };
}
