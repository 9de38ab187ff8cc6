/** The declaration of a stream. Adding a stream takes one declaration and one migration. */
export interface Stream {
  /** The publisher's name, which is also its path and the id of its job in the queue `streams`. */
  readonly name: string;
  readonly path: `/${string}`;
  /** The table in schema `register` that holds the copy. */
  readonly table: string;
  /** Heartbeats without a single event for longer than this are reported, in ms. */
  readonly silenceLimitMs: number;
  /** Whether its events carry the company status that `register.company_status_changes` follows. */
  readonly hasCompanyStatus: boolean;
  /**
   * Whether a snapshot file has its resources too: some `fields` of them, or the `whole` document; null when no file
   * has them. Rows of a stream with a file keep both sources (docs/conflicts.md).
   */
  readonly snapshot: 'fields' | 'whole' | null;
}

const HOUR_MS = 3_600_000;

/** The streams that Companies House publishes and Timepoint keeps. */
export const STREAMS = [
  {
    name: 'companies',
    path: '/companies',
    table: 'companies',
    // 46,000 events a day, but next to none in a weekend night.
    silenceLimitMs: 6 * HOUR_MS,
    hasCompanyStatus: true,
    snapshot: 'fields',
  },
  {
    name: 'filings',
    path: '/filings',
    table: 'filings',
    // 92,000 events a day: hours of silence are a fault in office hours.
    silenceLimitMs: 6 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: null,
  },
  {
    name: 'officers',
    path: '/officers',
    table: 'officers',
    // 12,000 to 27,000 events a day.
    silenceLimitMs: 12 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: null,
  },
  {
    name: 'persons-with-significant-control',
    path: '/persons-with-significant-control',
    table: 'persons_with_significant_control',
    // 8,000 to 12,000 events a day.
    silenceLimitMs: 12 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: 'whole',
  },
  {
    name: 'charges',
    path: '/charges',
    table: 'charges',
    // 1,500 events a day, all on working days.
    silenceLimitMs: 72 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: null,
  },
  {
    name: 'insolvency-cases',
    path: '/insolvency-cases',
    table: 'insolvency_cases',
    // 1,500 events a day, all on working days.
    silenceLimitMs: 72 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: null,
  },
  {
    name: 'disqualified-officers',
    path: '/disqualified-officers',
    table: 'disqualified_officers',
    // A few events a day, and some days without any.
    silenceLimitMs: 168 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: null,
  },
  {
    name: 'company-exemptions',
    path: '/company-exemptions',
    table: 'company_exemptions',
    // About five events a day.
    silenceLimitMs: 168 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: 'whole',
  },
  {
    name: 'persons-with-significant-control-statements',
    path: '/persons-with-significant-control-statements',
    table: 'persons_with_significant_control_statements',
    // Hundreds of events a day.
    silenceLimitMs: 72 * HOUR_MS,
    hasCompanyStatus: false,
    snapshot: 'whole',
  },
] as const satisfies readonly Stream[];

export type StreamName = (typeof STREAMS)[number]['name'];

export const STREAM_NAMES = STREAMS.map((stream) => stream.name);

/** The declaration of a stream. @throws RangeError for a name that is not a stream. */
export function streamNamed(name: string): Stream {
  const stream = STREAMS.find((candidate) => candidate.name === name);
  if (stream === undefined) throw new RangeError(explainUnknownStream(name));
  return stream;
}

/** Says for the operator which stream names can be used. */
export function explainUnknownStream(name: string): string {
  return `"${name}" is not a stream; use one or more of: ${STREAM_NAMES.join(', ')}`;
}
