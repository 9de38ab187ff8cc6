import { STREAM_NAMES, type StreamName } from '@timepoint/shared/contract/streams';
import { createLogger, type Logger } from '@timepoint/shared/platform/logger';
import type { FaultsInput } from './faults/schema.ts';
import type { Pace } from './pace.ts';
import { type Variants, type VariantsInput, variantsSchema } from './variants.ts';

/** How a simulator is to be; everything has a default that suits a test. */
export interface SimulatorOptions {
  readonly host?: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** What is told; all nine streams by default. A world of companies alone invents nothing else. */
  readonly streams?: readonly StreamName[];
  /** The stream keys that are let in. */
  readonly keys?: readonly string[];
  readonly seed?: number | undefined;
  /** Of companies; the other streams have theirs. */
  readonly firstTimepoint?: number | undefined;
  /** What is emitted by itself: a number is events per second; nothing by default. */
  readonly rate?: number | Pace;
  /** Emits at the start until the history has this many events. */
  readonly backlog?: number;
  readonly faults?: FaultsInput;
  /** How the publisher is today; see `variants.ts`. */
  readonly variants?: VariantsInput;
  /** Where to keep what a restart needs to go on where this one was killed. */
  readonly stateFile?: string | undefined;
  /** Connections per key; beyond them the oldest is closed, or by a variant the new one refused. */
  readonly maxConnections?: number;
  readonly heartbeatIntervalMs?: number;
  readonly sessionMs?: number;
  /** How much a reader may let pile up while it takes nothing, in bytes. */
  readonly maxBufferedBytes?: number;
  readonly retentionEvents?: number;
  readonly retentionMs?: number;
  /** The clock, in ms since 1970; it stamps events and ages the log. */
  readonly now?: () => number;
  readonly log?: Logger;
}

/** Every option decided, but those that a state file may decide. */
export type SimulatorSettings = Required<Omit<SimulatorOptions, StateOption | 'variants'>> &
  Pick<SimulatorOptions, StateOption> & { readonly variants: Variants };

type StateOption = 'seed' | 'firstTimepoint' | 'stateFile';

const HOUR_MS = 3_600_000;

/** Fills in the defaults, those of the publisher where it documents them. */
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
