import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Values that must never be written, such as a stream key or a URL's password. */
  readonly secrets?: readonly (string | undefined)[];
  /** Where lines go; standard output unless given. */
  readonly output?: NodeJS.WritableStream & { isTTY?: boolean };
}

/**
 * Opens the log of a process: JSON lines, or readable ones at a terminal. Secrets are blotted out by
 * value, so that no path of an error object can carry one into the log.
 */
export function createLogger({ name, level, secrets = [], output = process.stdout }: LoggerOptions): Logger {
  const sink = output.isTTY ? pretty({ destination: output, sync: true, colorize: true }) : output;
  const hidden = secrets.flatMap((secret) => (secret ? [secret, encodeURIComponent(secret)] : []));
  const options = {
    name,
    level,
    base: { name },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, hidden.length === 0 ? sink : blotting(hidden, sink));
}

/** The password of a connection URL, to be kept out of logs. */
export function passwordOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : decodeURIComponent(new URL(url).password) || undefined;
}

function blotting(secrets: readonly string[], sink: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string, _encoding, done) {
      const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), String(line));
      // The process may exit right after its last line, so nothing may wait here.
      sink.write(clean);
      done();
    },
  });
}
