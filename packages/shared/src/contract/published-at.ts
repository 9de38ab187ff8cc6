// The date, time, fraction and zone of the publisher's four forms.
const FORM =
  /^(\d{4})-(\d{2})-(\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(Z|[+-](?:0\d|1[0-5]):[0-5]\d)?$/;

/**
 * Reads `published_at` as an ISO time in UTC with microseconds; null when it can't be read. The event stays valid,
 * because nothing is ordered by this time. A form without a zone is UTC, as the publisher's form is today.
 */
export function parsePublishedAt(value: unknown): string | null {
  const form = typeof value === 'string' ? FORM.exec(value) : null;
  if (form === null) return null;
  const [, year, month, day, time, fraction = '', zone = 'Z'] = form;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  const instant = Date.parse(`${year}-${month}-${day}T${time}${zone}`);
  if (Number.isNaN(instant)) return null;
  const utc = new Date(instant).toISOString();
  // In UTC it may be the year 10000, which is written with a sign.
  if (!/^\d/.test(utc)) return null;
  return `${utc.slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/** Date.parse reads 30 February as 1 March; Postgres refuses it. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
