import type { Sql } from '../read-only-pool.ts';
import { FILTER_CONDITION, filterValues, type LetterFilter } from './letter-filter.ts';

/** Dead letters that are alike: a row as the view `ingest.dead_letter_groups` has them. */
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

/** The letters that fit, as groups. */
export interface GroupedLetters {
  /** The largest groups, at most 100. */
  readonly groups: readonly LetterGroup[];
  readonly totalGroups: number;
  /** Letters in all groups. */
  readonly total: number;
  /** The greatest `id` among them; null when there are none. */
  readonly newestId: number | null;
}

type Row = LetterGroup & { total_groups: number; total: number; newest_id: number };

/** Groups the letters that fit. */
export async function groupLetters(sql: Sql, filter: LetterFilter): Promise<GroupedLetters> {
  const { rows } = await sql.query<Row>(STATEMENT, filterValues(filter));
  const [first] = rows;
  return {
    groups: rows,
    totalGroups: first?.total_groups ?? 0,
    total: first?.total ?? 0,
    newestId: first?.newest_id ?? null,
  };
}

// Not the view: it can't be asked for a company or a time.
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
where ${FILTER_CONDITION}
group by stream, reason, fingerprint
order by letters desc, last_seen_at desc
limit 100
`;
