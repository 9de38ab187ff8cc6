import { isIP } from 'node:net';
import { z } from 'zod';
import { explainUnknownStream, STREAM_NAMES, STREAMS, type StreamName } from '../contract/streams.ts';
import { ConfigError } from './errors.ts';

export type Env = Readonly<Record<string, string | undefined>>;

const wholeNumber = (least: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= least && Number.isSafeInteger(value), `must be at least ${least}`);

/** A setting that is a whole number, with its default. */
export const count = (byDefault: number, least = 1) => wholeNumber(least).prefault(String(byDefault));

/** A setting that is a whole number, without a default. */
export const optionalCount = wholeNumber(1).optional();

/** A TCP port; 0 takes any free one. */
export const port = (byDefault: number) =>
  count(byDefault, 0).refine((value) => value <= 65_535, 'must be a port, 0 to 65535');

/** The IP address of this machine on which a process listens. */
const bindAddress = z
  .string()
  .refine((value) => isIP(value) !== 0, 'must be an IP address such as 127.0.0.1');

/** A password that we ask others for. A shorter one is soon guessed, and can't be kept out of logs. */
export const servedPassword = z.string().min(8, 'must have at least 8 characters');

const url = (protocols: string, example: string) =>
  z.string().refine((value) => URL.canParse(value) && new RegExp(`^(${protocols}):`).test(value), {
    message: `must be a URL such as ${example}`,
  });

export const postgresUrl = url('postgres|postgresql', 'postgres://user:password@localhost:5432/timepoint');
export const redisUrl = url('redis|rediss', 'redis://localhost:6379');
export const httpUrl = url('http|https', 'https://stream.companieshouse.gov.uk');
/** A URL to which paths are appended. A query would be lost, and credentials are a setting of their own. */
export const baseUrl = httpUrl.refine(isBare, {
  message: 'must have no user, password, query or fragment; the key goes into CH_STREAM_KEY',
});

function isBare(value: string): boolean {
  if (!URL.canParse(value)) return true;
  const { username, password, search, hash } = new URL(value);
  return username + password + search + hash === '';
}

export const webhookUrl = url('http|https', 'https://hooks.slack.com/services/…');

/** `CH_STREAMS`: stream names with commas between them; by default all that are kept. */
export const streamNames = z
  .string()
  .prefault(STREAM_NAMES.join(','))
  .transform((list, context): readonly StreamName[] => {
    const names = [...new Set(list.split(',').map((name) => name.trim()))].filter((name) => name !== '');
    if (names.length === 0) context.addIssue('names no stream');
    for (const name of names) {
      if (!STREAMS.some((stream) => stream.name === name)) context.addIssue(explainUnknownStream(name));
    }
    return names as StreamName[];
  });

/** The settings that every service has. */
export const commonSettings = {
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SHUTDOWN_DEADLINE_MS: count(10_000),
  BIND_ADDRESS: bindAddress.optional(),
};

/** Where traces are sent; none are sent unless it is set. */
export const traceSettings = { OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional() };

/** The limits from which on people are notified that something is wrong. */
export const limitSettings = {
  ALERT_DOWN_SECONDS: count(300),
  ALERT_BEHIND_SECONDS: count(300),
  ALERT_DEAD_LETTERS: count(10),
};

/** Where the queues are: in Redis when `REDIS_URL` is set, else in the database. */
export const queueSettings = {
  DATABASE_URL: postgresUrl.optional(),
  REDIS_URL: redisUrl.optional(),
  QUEUE_PREFIX: z
    .string()
    .regex(
      /^\{[\w-]+\}$/,
      'must be a name in braces, such as {timepoint}, so that a cluster keeps it together',
    )
    .default('{timepoint}'),
};

/**
 * Reads the settings of a process from its environment. An empty variable counts as absent.
 * @throws ConfigError that lists every problem at once.
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, env: Env): Readonly<z.output<Schema>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(describe));
  return Object.freeze(parsed.data) as Readonly<z.output<Schema>>;
}

function describe(issue: z.core.$ZodIssue): string {
  const name = issue.path.join('.') || 'settings';
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  const isUnexplained = issue.message.startsWith('Invalid input');
  return `${name}: ${isMissing && isUnexplained ? 'is not set' : issue.message}`;
}
