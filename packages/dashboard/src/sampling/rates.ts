import type { ActivityRow } from '@timepoint/database/status/read-status';
import { publishedTimepoint } from '@timepoint/shared/contract/epoch';
import type { StreamStatus } from '@timepoint/shared/contract/stream-status';

/** Where the streams stood at a moment. */
export interface Standing {
  /** In ms since the epoch. */
  readonly at: number;
  /** The newest timepoint of each stream that has one. */
  readonly newest: ReadonlyMap<string, number>;
}

/** The window of a rate, in ms. A shorter one makes the rate jump, a longer one makes it late. */
const WINDOW_MS = 10_000;
const MINUTES = 60;
const MINUTE_S = 60;

/** The standing of the streams according to their statuses. */
export function standingOf(at: number, statuses: readonly StreamStatus[]): Standing {
  const newest = statuses.flatMap(({ stream, newest_timepoint }): [string, number][] =>
    newest_timepoint === null ? [] : [[stream, publishedTimepoint(newest_timepoint)]],
  );
  return { at, newest: new Map(newest) };
}

/** The part of a history of standings that the next rates need: the window, and the last standing before it. */
export function recent(history: readonly Standing[], at: number): readonly Standing[] {
  const first = history.findLastIndex((standing) => standing.at <= at - WINDOW_MS);
  return history.slice(Math.max(0, first));
}

/** Events per second of each stream, over the standings given; empty when there are less than two. */
export function ratesOf(history: readonly Standing[]): ReadonlyMap<string, number> {
  const [first] = history;
  const last = history.at(-1);
  if (first === undefined || last === undefined || last.at <= first.at) return new Map();
  const seconds = (last.at - first.at) / 1000;
  return new Map(
    [...last.newest].flatMap(([stream, newest]): [string, number][] => {
      const before = first.newest.get(stream);
      return before === undefined ? [] : [[stream, Math.max(0, newest - before) / seconds]];
    }),
  );
}

/** Events per second minute by minute, the oldest first. */
export interface HourlyActivity {
  /** When the first minute began, in seconds since the epoch. */
  readonly from: number;
  /** One for each minute; null when it is not known. */
  readonly perSecond: readonly (number | null)[];
}

/** The last hour of each stream, from where it stood minute by minute. A minute is known when the one after it is. */
export function hourlyActivity(
  rows: readonly ActivityRow[],
  at: number,
): ReadonlyMap<string, HourlyActivity> {
  const from = Math.floor(at / 1000 / MINUTE_S) * MINUTE_S - MINUTES * MINUTE_S;
  const minutes = Array.from({ length: MINUTES }, (_, index) => from + index * MINUTE_S);
  const perSecond = (ofStream: readonly ActivityRow[] = []) => {
    const stood = new Map(
      ofStream.map(({ second, newest_timepoint }) => [
        second,
        newest_timepoint === null ? null : publishedTimepoint(newest_timepoint),
      ]),
    );
    return minutes.map((second) => {
      const [before, after] = [stood.get(second) ?? null, stood.get(second + MINUTE_S) ?? null];
      return before === null || after === null ? null : Math.max(0, after - before) / MINUTE_S;
    });
  };
  const byStream = Map.groupBy(rows, ({ stream }) => stream);
  return new Map(
    [...byStream].map(([stream, ofStream]) => [stream, { from, perSecond: perSecond(ofStream) }]),
  );
}
