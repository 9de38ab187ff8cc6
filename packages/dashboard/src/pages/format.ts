import { span } from '@timepoint/shared/platform/time-span';
import { type Html, html } from './html.ts';

const number = new Intl.NumberFormat('en-GB');
const rate = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Stands for what is not known. */
export const UNKNOWN = '–';

/** A whole number with separators. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : number.format(value);
}

/** A position: digits only, as it is written in commands. */
export function formatTimepoint(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : String(value);
}

/** Events per second. */
export function formatRate(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : rate.format(value);
}

/** A length of time in seconds, as `120 ms`, `1.9 s` or `12 min`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return UNKNOWN;
  if (seconds < 1) return `${Math.max(0, Math.round(seconds * 1000))} ms`;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : span(seconds * 1000);
}

/** A moment, of ms since the epoch or a Date, in UTC. */
export function formatMoment(moment: number | Date): Html {
  const iso = new Date(moment).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** How long ago a moment was. */
export function formatAgo(moment: number, now: number): Html {
  const iso = new Date(moment).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${span(Math.max(0, now - moment))}</time>`;
}

/** `1 letter`, `2 letters`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
