import { eventsDue, msUntilDue, type Pace, STANDSTILL } from './pace.ts';

/** Emits events at a pace. A late timer emits the missed events, and a slow pace has equal intervals. */
export interface Metronome {
  readonly pace: Pace;
  set(pace: Pace): void;
  close(): void;
}

// Connections are served between ticks, even at a pace that the machine cannot keep.
const MOST_EVENTS_PER_TICK = 1_000;

/** Creates a metronome that emits nothing until a pace is set. */
export function createMetronome(emit: (count: number) => void): Metronome {
  let pace = STANDSTILL;
  let startedAt = 0;
  let done = 0;
  let timer: NodeJS.Timeout | undefined;

  const schedule = () => {
    if (pace.eventsPerSecond === 0) return;
    timer = setTimeout(tick, Math.ceil(msUntilDue(pace, done, performance.now() - startedAt)));
  };
  const tick = () => {
    const due = Math.floor(eventsDue(pace, performance.now() - startedAt)) - done;
    const count = Math.min(due, MOST_EVENTS_PER_TICK);
    if (count > 0) emit(count);
    done += Math.max(0, count);
    schedule();
  };
  const set = (wanted: Pace) => {
    clearTimeout(timer);
    pace = wanted;
    startedAt = performance.now();
    done = 0;
    schedule();
  };

  return {
    get pace() {
      return pace;
    },
    set,
    close: () => set(STANDSTILL),
  };
}
