import type { Day } from '../../world/calendar.ts';

/** Writes a day as the file does, `DD/MM/YYYY`, and nothing for none. */
export type WriteDay = (day: Day | undefined) => string;

/** Remembers the days that it wrote: a file has millions of days, but few different ones. */
export function createDayWriter(): WriteDay {
  const written = new Map<Day, string>();
  return (day) => {
    if (day === undefined) return '';
    const known = written.get(day);
    if (known !== undefined) return known;
    const text = `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;
    written.set(day, text);
    return text;
  };
}
