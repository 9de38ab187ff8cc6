import type { Database } from '@timepoint/database/pool';
import type { LetterReason } from '@timepoint/shared/contract/job';

export interface TestLetter {
  readonly stream?: string;
  readonly timepoint: number;
  readonly resourceUri?: string;
  readonly reason?: LetterReason;
  readonly detail?: string;
  readonly path?: string;
  readonly raw?: string;
  readonly state?: 'open' | 'superseded' | 'replayed' | 'discarded';
  readonly seenAt?: string;
}

/** For tests: writes dead letters as a worker does. Returns their numbers. */
export async function saveTestLetters(database: Database, letters: readonly TestLetter[]): Promise<number[]> {
  const ids: number[] = [];
  for (const letter of letters) {
    const { rows } = await database.query<{ id: number }>(STATEMENT, [
      letter.stream ?? 'companies',
      letter.timepoint,
      letter.resourceUri ?? `/company/${String(letter.timepoint).padStart(8, '0')}`,
      letter.reason ?? 'rejected',
      letter.detail ?? `value '${letter.timepoint}' is out of range`,
      letter.raw ?? '{}',
      letter.state ?? 'open',
      letter.seenAt ?? new Date().toISOString(),
      letter.path ?? null,
    ]);
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

const STATEMENT = `
insert into ingest.dead_letters
  (stream, timepoint, resource_uri, reason, detail, raw, state, first_seen_at, last_seen_at, path)
values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
returning id
`;
