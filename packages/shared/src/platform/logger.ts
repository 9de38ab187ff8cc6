import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { escapeJson, makeJsonPrintable } from './printable.ts';
import { LEAST_SECRET, redactor } from './redact.ts';
import { startSampling } from './sampling.ts';

export type { Logger };

/** The log of a process. All its other loggers are children of it. */
export type RootLogger = Logger & {
  /** Writes how often the warnings that it held back were repeated. Close it last. */
  close(): Promise<void>;
};

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Values that must never be written, such as a stream key or a URL's password. */
  readonly secrets?: readonly (string | undefined)[];
  /** Where lines go; standard output unless given. */
  readonly output?: NodeJS.WritableStream & { isTTY?: boolean };
}

/** Fields that may hold a credential which is not known here, such as a wrong password in a request. */
const HIDDEN_FIELDS = ['headers', 'req.headers', 'request.headers', 'err.options.headers'].flatMap(
  (headers) => [`${headers}.authorization`, `${headers}.cookie`],
);

/**
 * Opens the log of a process: JSON lines, or readable ones at a terminal. Secrets are redacted by value, so no path of
 * an error object can bring one into the log. Repeated warnings are counted.
 */
export function createLogger({
  name,
  level,
  secrets = [],
  output = process.stdout,
}: LoggerOptions): RootLogger {
  const sink = output.isTTY ? pretty({ destination: output, sync: true, colorize: true }) : output;
  const hidden = secrets.flatMap((secret) => (secret ? [secret] : []));
  const sampling = startSampling();
  const options = {
    name,
    level,
    base: { name },
    formatters: { level: (label: string) => ({ level: label }) },
    hooks: { logMethod: sampling.logMethod },
    redact: { paths: HIDDEN_FIELDS, censor: '[redacted]' },
  };
  const logger = pino(options, cleaning(hidden, sink, output.isTTY ? makeJsonPrintable : escapeJson));
  if (hidden.some(({ length }) => length < LEAST_SECRET))
    logger.warn(
      `a secret of less than ${LEAST_SECRET} characters can't be kept out of this log; set a longer one`,
    );
  return Object.assign(logger, { close: async () => sampling.close() });
}

/** The password of a connection URL, to be redacted from logs. */
export function passwordOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : decodeURIComponent(new URL(url).password) || undefined;
}

/** Removes secrets, and control characters that a terminal would obey. */
function cleaning(
  secrets: readonly string[],
  sink: NodeJS.WritableStream,
  clean: (line: string) => string,
): Writable {
  const redact = redactor(secrets);
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      // The process may exit right after its last line, so nothing may wait here.
      sink.write(clean(redact(String(line))));
      done();
    },
  });
}
