import type { LetterSelection } from '@timepoint/shared/contract/job';

/** Which dead letters to show: those that fit everything that is given. */
export type LetterFilter = Omit<LetterSelection, 'ids' | 'state' | 'upToId'> & {
  readonly state: 'open' | 'superseded' | 'replayed' | 'discarded';
};

/** The condition of a filter, for the parameters that {@link filterValues} gives. */
export const FILTER_CONDITION = `
state = $1
and ($2::text is null or stream = $2)
and ($3::text is null or reason = $3)
and ($4::text is null or fingerprint = $4)
and ($5::text is null or company_number = register.normalize_company_number($5))
and ($6::timestamptz is null or last_seen_at >= $6)
and ($7::timestamptz is null or last_seen_at < $7)
`;

/** The first seven parameters of a statement with {@link FILTER_CONDITION}. */
export function filterValues(filter: LetterFilter): readonly (string | null)[] {
  const { state, stream, reason, fingerprint, companyNumber, since, until } = filter;
  return [state, ...[stream, reason, fingerprint, companyNumber, since, until].map((value) => value ?? null)];
}
