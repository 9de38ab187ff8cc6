import type { Day } from './world/calendar.ts';

const DAYS = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London', dateStyle: 'short' });
const OFFSETS = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', timeZoneName: 'longOffset' });

/** The day in UK time. The publisher dates its files by it. */
export function dayInLondon(ms: number): Day {
  return DAYS.format(ms);
}

/** The offset of UK time from UTC at noon of a day: `+00:00` in winter, `+01:00` in summer. */
export function offsetInLondon(day: Day): string {
  const parts = OFFSETS.formatToParts(Date.parse(`${day}T12:00:00Z`));
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return name.slice('GMT'.length) || '+00:00';
}
