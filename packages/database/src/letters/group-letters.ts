import type { Sql } from '../pool.ts';
import { filterValues, type LetterQuery, MATCHES } from './letter-selection.ts';

/** Dead letters with the same stream, reason and fingerprint, like a row of the view `ingest.dead_letter_groups`. */
export interface LetterGroup {
  readonly stream: string;
  readonly reason: string;
  readonly fingerprint: string;
  readonly path: string | null;
  readonly letters: number;
  readonly companies: number;
  readonly first_timepoint: number | null;
  readonly last_timepoint: number | null;
  readonly first_seen_at: Date;
  readonly last_seen_at: Date;
  readonly example: string;
}

/** The letters that match a filter, in groups. */
export interface GroupedLetters {
  /** The largest groups, the largest first. */
  readonly groups: readonly LetterGroup[];
  readonly totalGroups: number;
  /** The number of letters in all groups. */
  readonly total: number;
  /** The greatest `id` of these letters; null when there are none. */
  readonly newestId: number | null;
}

type Row = LetterGroup & { total_groups: number; total: number; newest_id: number };

/** Groups the letters that match a filter. Returns at most `limit` groups, or all with null. */
export async function groupLetters(
  sql: Sql,
  filter: LetterQuery,
  limit: number | null,
): Promise<GroupedLetters> {
  const { rows } = await sql.query<Row>(STATEMENT, [...filterValues(filter), limit]);
  const [first] = rows;
  return {
    groups: rows.map(({ total_groups: _groups, total: _total, newest_id: _newest, ...group }) => group),
    totalGroups: first?.total_groups ?? 0,
    total: first?.total ?? 0,
    newestId: first?.newest_id ?? null,
  };
}

// The view can't be used: it has neither companies nor times to filter by.
const STATEMENT = `
select
  stream, reason, fingerprint, min(path) as path,
  count(*) as letters,
  count(distinct company_number) as companies,
  min(timepoint) as first_timepoint,
  max(timepoint) as last_timepoint,
  min(first_seen_at) as first_seen_at,
  max(last_seen_at) as last_seen_at,
  min(detail) as example,
  count(*) over () as total_groups,
  (sum(count(*)) over ())::bigint as total,
  max(max(id)) over () as newest_id
from ingest.dead_letters
where ${MATCHES}
group by stream, reason, fingerprint
order by letters desc, last_seen_at desc, stream, fingerprint
limit $10
`;
