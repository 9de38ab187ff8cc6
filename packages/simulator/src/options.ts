import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { createLogger, type Logger } from '@timepoint/shared/platform/logger';
import type { FaultsInput } from './faults/schema.ts';
import type { Pace } from './pace.ts';
import { type Variants, type VariantsInput, variantsSchema } from './variants.ts';

/** The options of a simulator. Every default suits a test. */
export interface SimulatorOptions {
  readonly host?: string;
  /** The default 0 takes a free port. */
  readonly port?: number;
  /** The simulated streams. The default is all nine. With companies alone no other records are generated. */
  readonly streams?: readonly StreamName[];
  /** The accepted stream keys. */
  readonly keys?: readonly string[];
  readonly seed?: number | undefined;
  /** The first timepoint of companies. The other streams have fixed ones. */
  readonly firstTimepoint?: number | undefined;
  /** The pace of automatic emission, a number is events per second. The default is none. */
  readonly rate?: number | Pace;
  /** The number of events that exist after the start. */
  readonly backlog?: number;
  readonly faults?: FaultsInput;
  /** The variants of the publisher, see `variants.ts`. */
  readonly variants?: VariantsInput;
  /** The path of the state file, from which a restart continues after a kill. */
  readonly stateFile?: string | undefined;
  /** The limit of connections per key. One more closes the oldest, or a variant refuses it. */
  readonly maxConnections?: number;
  readonly heartbeatIntervalMs?: number;
  readonly sessionMs?: number;
  /** The greatest backlog of a reader that reads nothing, in bytes. */
  readonly maxBufferedBytes?: number;
  readonly retentionEvents?: number;
  readonly retentionMs?: number;
  /** The clock, in ms since 1970. It dates events and expires the log. */
  readonly now?: () => number;
  readonly log?: Logger;
}

/** The options with their defaults, except those that a state file can decide. */
export type SimulatorSettings = Required<Omit<SimulatorOptions, StateOption | 'variants'>> &
  Pick<SimulatorOptions, StateOption> & { readonly variants: Variants };

type StateOption = 'seed' | 'firstTimepoint' | 'stateFile';

const HOUR_MS = 3_600_000;

/** Applies the defaults: the documented values of the publisher where they exist. */
export function settle(options: SimulatorOptions): SimulatorSettings {
  return {
    host: '127.0.0.1',
    port: 0,
    streams: STREAM_NAMES,
    keys: ['simulator'],
    rate: 0,
    backlog: 0,
    faults: {},
    maxConnections: 10,
    heartbeatIntervalMs: 30_000,
    sessionMs: 24 * HOUR_MS,
    maxBufferedBytes: 64 * 1_048_576,
    retentionEvents: 1_000_000,
    retentionMs: 72 * HOUR_MS,
    now: Date.now,
    log: createLogger({ name: 'simulator', level: 'silent' }),
    ...options,
    variants: variantsSchema.parse(options.variants ?? {}),
  };
}
