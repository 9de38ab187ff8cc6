/** What Timepoint must know of a stream to keep it. Adding a stream is one declaration and one migration. */
export interface Stream {
  /** The publisher's name, which is also its path and the id of its job in the queue `streams`. */
  readonly name: string;
  readonly path: `/${string}`;
  /** The table of schema `register` that holds the copy. */
  readonly table: string;
  /** Heartbeats without a single event for longer than this are reported, in ms. */
  readonly silenceLimitMs: number;
  /** Whether its events carry the company status that `register.company_status_changes` follows. */
  readonly hasCompanyStatus: boolean;
}

const HOUR_MS = 3_600_000;

/** The streams that Timepoint keeps. */
export const STREAMS = [
  {
    name: 'companies',
    path: '/companies',
    table: 'companies',
    // 46,000 events a day, but next to none in a weekend night.
    silenceLimitMs: 6 * HOUR_MS,
    hasCompanyStatus: true,
  },
] as const satisfies readonly Stream[];

/** Every stream that Companies House publishes, kept or not yet. */
export const PUBLISHED_STREAM_NAMES: readonly string[] = [
  'companies',
  'filings',
  'officers',
  'persons-with-significant-control',
  'charges',
  'insolvency-cases',
  'disqualified-officers',
  'company-exemptions',
  'persons-with-significant-control-statements',
];

export type StreamName = (typeof STREAMS)[number]['name'];

export const STREAM_NAMES = STREAMS.map((stream) => stream.name);

/** The declaration of a stream; throws for a name that no parser let through. */
export function streamNamed(name: string): Stream {
  const stream = STREAMS.find((candidate) => candidate.name === name);
  if (stream === undefined) throw new RangeError(explainUnknownStream(name));
  return stream;
}

/** Tells the operator why a stream name can't be used and which can. */
export function explainUnknownStream(name: string): string {
  const kept = `use one or more of: ${STREAM_NAMES.join(', ')}`;
  return PUBLISHED_STREAM_NAMES.includes(name)
    ? `"${name}" is published by Companies House but not kept by this version of Timepoint; ${kept}`
    : `"${name}" is not a stream; ${kept}`;
}
