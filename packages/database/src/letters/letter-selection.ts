import type { LetterSelection } from '@timepoint/shared/contract/job';

/** A filter for dead letters of any state: those that match every condition that is given. */
export type LetterFilter = Omit<LetterSelection, 'ids' | 'state' | 'upToId'> & {
  readonly state: LetterState;
};

/** The same, also for given letters. */
export type LetterQuery = LetterFilter & Pick<LetterSelection, 'ids' | 'upToId'>;

export type LetterState = 'open' | 'superseded' | 'replayed' | 'discarded';

/** The condition of a filter, on the parameters of {@link filterValues}. */
export const MATCHES = `
  state = $1
  and ($2::bigint[] is null or id = any($2))
  and ($3::text is null or stream = $3)
  and ($4::text is null or reason = $4)
  and ($5::text is null or fingerprint = $5)
  and ($6::text is null or company_number = register.normalize_company_number($6))
  and ($7::timestamptz is null or last_seen_at >= $7)
  and ($8::timestamptz is null or last_seen_at < $8)
  and ($9::bigint is null or id <= $9)`;

/** The parameters $1 to $9 of {@link MATCHES}. */
export function filterValues(filter: LetterQuery): unknown[] {
  const { state, ids, stream, reason, fingerprint, companyNumber, since, until, upToId } = filter;
  return [state, ids, stream, reason, fingerprint, companyNumber, since, until, upToId].map(
    (value) => value ?? null,
  );
}
