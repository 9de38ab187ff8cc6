import { addDays, type Day } from '../../world/calendar.ts';

/** Days by their number. A million rows read them and compute none. */
export interface PaddingCalendar {
  /** The day that is `number` days after the first. */
  day(number: number): Day;
  /** The last day of the month that is `number` months after the first. */
  monthEnd(number: number): Day;
  /** The numbers of the day and of the month up to which the padding has filed what was due. */
  readonly today: number;
  readonly month: number;
  /** The number of the last day of annual returns. */
  readonly lastReturns: number;
}

const FIRST_YEAR = 1985;
const TODAY = '2026-01-05';
const LAST_RETURNS = '2016-06-30';
// Late enough for every due date.
const END = '2030-01-01';

/** Creates a calendar of every day. */
export function createPaddingCalendar(): PaddingCalendar {
  const days: Day[] = [];
  for (let day = `${FIRST_YEAR}-01-01`; day < END; day = addDays(day, 1)) days.push(day);
  const monthEnds = days.filter((day, number) => days[number + 1]?.slice(5, 7) !== day.slice(5, 7));
  const from = (list: readonly Day[]) => (number: number) => {
    const day = list[number];
    if (day === undefined) throw new RangeError(`the calendar has nothing of number ${number}`);
    return day;
  };
  return {
    day: from(days),
    monthEnd: from(monthEnds),
    today: days.indexOf(TODAY),
    month: 12 * (Number(TODAY.slice(0, 4)) - FIRST_YEAR) + Number(TODAY.slice(5, 7)) - 1,
    lastReturns: days.indexOf(LAST_RETURNS),
  };
}
