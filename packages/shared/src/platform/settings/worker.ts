import { z } from 'zod';
import {
  commonSettings,
  count,
  limitSettings,
  port,
  postgresUrl,
  queueSettings,
  streamNames,
  traceSettings,
  webhookUrl,
} from '../config.ts';

/** The settings of the worker. */
export const workerSettings = z.object({
  ...commonSettings,
  ...queueSettings,
  ...traceSettings,
  ...limitSettings,
  DATABASE_URL: postgresUrl,
  CH_STREAMS: streamNames,
  WORKER_CONCURRENCY: count(4),
  HOLE_GRACE_SECONDS: count(30, 0),
  // The publisher keeps events for days. An event that may still come again must not have expired here.
  EVENT_RETENTION_DAYS: count(90, 14),
  LETTER_RETENTION_DAYS: count(365, 14),
  AUDIT_RETENTION_DAYS: count(1_095, 30),
  ALERT_WEBHOOK_URL: webhookUrl.optional(),
  PORT: port(8082),
});
