// A warning that is repeated must neither fill the disk nor hide the others, and its count must not be lost. Example:
// at 12:00:00 the store fails and 400 jobs are put back within 10 s. The log has the first warning at once, and the
// last one at 12:00:30 with `"repeated": 399`.
import type { LogFn, Logger } from 'pino';

/** How long repetitions are counted before their number is written, in ms. */
const WINDOW_MS = 30_000;
const WARN = 40;

type Arguments = Parameters<LogFn>;

/** Warnings with the same message about the same stream, queue, part of the work and schema drift, as far as they name one. */
interface Kind {
  repetitions: number;
  emitLast: () => void;
  readonly timer: NodeJS.Timeout;
}

export interface Sampling {
  /** The hook of pino through which every line goes, also those of children. */
  logMethod(this: Logger, args: Arguments, method: LogFn, level: number): void;
  /** Writes what was counted. From then on every line passes. */
  close(): void;
}

/**
 * Starts to sample warnings. The first of a kind passes, and those that follow within `windowMs` are counted. At the
 * end of the window the last of them is written with their number. Lines of every other level pass.
 */
export function startSampling(windowMs = WINDOW_MS): Sampling {
  const kinds = new Map<string, Kind>();
  let isClosed = false;
  const end = (name: string) => {
    const kind = kinds.get(name);
    kinds.delete(name);
    clearTimeout(kind?.timer);
    if (kind !== undefined && kind.repetitions > 0) kind.emitLast();
  };
  return {
    logMethod(args, method, level) {
      if (level !== WARN || isClosed) return method.apply(this, args);
      const { fields, text } = read(args);
      const about = { ...this.bindings(), ...fields };
      const name = [text, about.stream, about.queue, about.part, about.fingerprint].join('\n');
      const kind = kinds.get(name);
      if (kind === undefined) {
        const timer = setTimeout(end, windowMs, name).unref();
        kinds.set(name, { repetitions: 0, emitLast: () => undefined, timer });
        return method.apply(this, args);
      }
      kind.repetitions += 1;
      kind.emitLast = () => method.call(this, { ...fields, repeated: kind.repetitions }, text);
    },
    close() {
      isClosed = true;
      for (const name of [...kinds.keys()]) end(name);
    },
  };
}

/** Splits the arguments of pino: fields and a text, an error, or a text alone. */
function read([first, second]: readonly unknown[]): { fields: Record<string, unknown>; text: string } {
  if (first instanceof Error) return { fields: { err: first }, text: String(second ?? first.message) };
  if (typeof first !== 'object' || first === null) return { fields: {}, text: String(first) };
  return { fields: first as Record<string, unknown>, text: String(second ?? '') };
}
