/** A day as in the documents: text of the form `YYYY-MM-DD`, in UTC. */
export type Day = string;

const DAY_MS = 86_400_000;

function dayOf(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The day that is `days` later, or earlier if `days` is negative. */
export function addDays(day: Day, days: number): Day {
  return dayOf(Date.parse(day) + days * DAY_MS);
}

/** The same day of the month `months` later, or the last day of a shorter month. */
export function addMonths(day: Day, months: number): Day {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1 + months;
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return dayOf(Date.UTC(year, month, Math.min(Number(day.slice(8)), lastOfMonth)));
}

/** The number of days from one day to another. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The later one of two days. */
export function laterOf(one: Day, other: Day): Day {
  return one < other ? other : one;
}

/** The number of anniversaries of `day` up to `other`. It is negative when `other` is before `day`. */
export function yearsBetween(day: Day, other: Day): number {
  const years = Number(other.slice(0, 4)) - Number(day.slice(0, 4));
  return other.slice(5) < day.slice(5) ? years - 1 : years;
}

/** The last day of the month of a day. */
export function endOfMonth(day: Day): Day {
  return dayOf(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0));
}
