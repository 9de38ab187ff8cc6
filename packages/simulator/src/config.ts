import { commonSettings, count, port, streamNames } from '@timepoint/shared/platform/config';
import { z } from 'zod';
import { variantsSchema } from './variants.ts';

/** The environment of the simulator. */
export const configSchema = z.object({
  ...commonSettings,
  SIMULATOR_HOST: z.string().default('127.0.0.1'),
  SIMULATOR_PORT: port(4801),
  /** The accepted stream keys, comma-separated. */
  CH_STREAM_KEY: z
    .string()
    .default('simulator')
    .transform((keys) => keys.split(',').map((key) => key.trim())),
  /** The default is the seed of the state file, or 1 without one. */
  SIMULATOR_SEED: z
    .string()
    .regex(/^-?\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .optional(),
  /** The simulated streams. The default is all nine. */
  SIMULATOR_STREAMS: streamNames,
  /** Events per second, of all streams together. */
  SIMULATOR_RATE: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number of events per second, 0 to stand still')
    .default('20')
    .transform(Number),
  SIMULATOR_BACKLOG: count(0, 0),
  /** The variants of the publisher as JSON, see `variants.ts`. */
  SIMULATOR_VARIANTS: z
    .string()
    .default('{}')
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('must be JSON, such as {"publishedAt":"offset"}');
        return z.NEVER;
      }
    })
    .pipe(variantsSchema),
  SIMULATOR_STATE_FILE: z.string().optional(),
  SIMULATOR_MAX_CONNECTIONS: count(10),
  SIMULATOR_HEARTBEAT_MS: count(30_000),
  SIMULATOR_SESSION_MS: count(86_400_000),
  SIMULATOR_MAX_BUFFERED_BYTES: count(67_108_864),
  SIMULATOR_RETENTION_EVENTS: count(1_000_000),
  SIMULATOR_RETENTION_MS: count(259_200_000),
});

export type Config = Readonly<z.output<typeof configSchema>>;
