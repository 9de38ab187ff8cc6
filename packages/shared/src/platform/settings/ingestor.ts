import { z } from 'zod';
import { MAX_BATCH_BYTES } from '../../contract/job.ts';
import { STREAM_NAMES } from '../../contract/streams.ts';
import {
  baseUrl,
  commonSettings,
  count,
  limitSettings,
  optionalCount,
  port,
  queueSettings,
  streamNames,
  traceSettings,
  webhookUrl,
} from '../config.ts';

const STREAM_KEY_HELP = 'is not set: create a key of type "stream" in your Companies House developer account';

/** The settings of the ingestor. */
export const ingestorSettings = z
  .object({
    ...commonSettings,
    ...queueSettings,
    ...traceSettings,
    ALERT_DOWN_SECONDS: limitSettings.ALERT_DOWN_SECONDS,
    ALERT_BEHIND_SECONDS: limitSettings.ALERT_BEHIND_SECONDS,
    ALERT_WEBHOOK_URL: webhookUrl.optional(),
    CH_STREAM_KEY: z.string({ error: STREAM_KEY_HELP }),
    CH_STREAM_URL: baseUrl.default('https://stream.companieshouse.gov.uk'),
    CH_STREAMS: streamNames,
    CH_MAX_CONNECTIONS: count(STREAM_NAMES.length),
    IDLE_TIMEOUT_MS: count(90_000),
    SILENCE_LIMIT_MS: optionalCount,
    HIGH_WATER_JOBS: count(1_000),
    LOW_WATER_JOBS: count(250),
    HIGH_WATER_MB: count(512),
    TURN_MS: count(60_000),
    PORT: port(8081),
  })
  .refine((settings) => settings.REDIS_URL ?? settings.DATABASE_URL, {
    path: ['REDIS_URL'],
    message: 'is not set: set REDIS_URL, or DATABASE_URL to keep the queues in Postgres',
    when: () => true,
  })
  .refine((settings) => settings.LOW_WATER_JOBS < settings.HIGH_WATER_JOBS, {
    path: ['LOW_WATER_JOBS'],
    message: 'must be less than HIGH_WATER_JOBS',
  })
  .refine(({ LOW_WATER_JOBS: low, HIGH_WATER_MB: high }) => low * MAX_BATCH_BYTES < high * 1024 * 1024, {
    path: ['HIGH_WATER_MB'],
    message: 'must be more than LOW_WATER_JOBS of 256 KB need',
  });
