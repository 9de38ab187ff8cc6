import type { Day } from '../../world/calendar.ts';

/** Formats a day as in the file, `DD/MM/YYYY`. Without a day the field is empty. */
export type WriteDay = (day: Day | undefined) => string;

/** Creates a writer that caches days: a file has millions of days, but few different ones. */
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
