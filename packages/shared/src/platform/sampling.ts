// A warning that comes again and again must neither fill the disk nor hide the others, and its number must not be lost.
// Example: at 12:00:00 the store fails and 400 jobs are put back within 10 s: the log has the first of them at once, and
// at 12:00:30 the last of them with `"repeated": 399`.
import type { LogFn, Logger } from 'pino';

/** How long repetitions are counted before they are told, in ms. */
const WINDOW_MS = 30_000;
const WARN = 40;

type Arguments = Parameters<LogFn>;

/** Warnings with the same message about the same stream, queue, part of the work and drift, as far as they name one. */
interface Kind {
  repetitions: number;
  tellLast: () => void;
  readonly timer: NodeJS.Timeout;
}

export interface Sampling {
  /** The hook of pino that every line passes, those of children too. */
  logMethod(this: Logger, args: Arguments, method: LogFn, level: number): void;
  /** Tells what was counted, and lets every further line pass. */
  close(): void;
}

/**
 * Starts to sample warnings: the first of a kind passes, those that follow within `windowMs` are counted, and at the end
 * of the window one line tells the last of them with how many they were. Errors, and what is less than a warning, pass.
 */
export function startSampling(windowMs = WINDOW_MS): Sampling {
  const kinds = new Map<string, Kind>();
  let isClosed = false;
  const end = (name: string) => {
    const kind = kinds.get(name);
    kinds.delete(name);
    clearTimeout(kind?.timer);
    if (kind !== undefined && kind.repetitions > 0) kind.tellLast();
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
        kinds.set(name, { repetitions: 0, tellLast: () => undefined, timer });
        return method.apply(this, args);
      }
      kind.repetitions += 1;
      kind.tellLast = () => method.call(this, { ...fields, repeated: kind.repetitions }, text);
    },
    close() {
      isClosed = true;
      for (const name of [...kinds.keys()]) end(name);
    },
  };
}

/** Takes apart what pino takes: fields and a text, an error, or a text alone. */
function read([first, second]: readonly unknown[]): { fields: Record<string, unknown>; text: string } {
  if (first instanceof Error) return { fields: { err: first }, text: String(second ?? first.message) };
  if (typeof first !== 'object' || first === null) return { fields: {}, text: String(first) };
  return { fields: first as Record<string, unknown>, text: String(second ?? '') };
}
