import closeWithGrace from 'close-with-grace';
import type { Env } from './config.ts';
import { asError, ConfigError, TimepointError } from './errors.ts';
import { printable } from './printable.ts';

/** Something that runs until it is closed. */
export interface Service {
  close(): Promise<void>;
  /** The port with its health and metrics. */
  readonly port?: number;
  /** Rejects when the service can't go on. Then it is closed and the process ends with code 1. */
  readonly failed?: Promise<never>;
}

/**
 * Runs a service as this process. SIGTERM and SIGINT close it within `SHUTDOWN_DEADLINE_MS` (10 s unless set) and end
 * the process with code 0. Bad settings end it with code 2, a failure with code 1, each with one message.
 */
export async function runService(
  name: string,
  env: Env,
  start: (env: Env) => Promise<Service>,
): Promise<void> {
  let service: Service | undefined;
  let failure: Error | undefined;
  const grace = closeWithGrace(
    { delay: Number(env.SHUTDOWN_DEADLINE_MS) || 10_000, logger: false },
    async ({ err = failure }) => {
      if (err) complain(name, err);
      await service?.close();
      if (err) process.exit(err instanceof ConfigError ? 2 : 1);
    },
  );
  const fail = (thrown: unknown) => {
    failure = asError(thrown);
    grace.close();
  };
  try {
    service = await start(env);
    service.failed?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

/** Closes all parts in the reverse order of opening, also when one fails. Throws the first error. */
export async function closeAll(opened: readonly { close(): Promise<unknown> }[]): Promise<void> {
  const errors: unknown[] = [];
  for (const part of opened.toReversed()) {
    await part.close().catch((error: unknown) => errors.push(error));
  }
  if (errors.length > 0) throw errors[0];
}

function complain(name: string, error: Error): void {
  const text = error instanceof TimepointError ? error.message : String(error.stack);
  process.stderr.write(`${name}: ${printable(text)}\n`);
}
