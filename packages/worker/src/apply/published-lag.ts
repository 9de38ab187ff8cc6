/** The publisher's clock may differ from ours by this much, in s. */
const MAX_CLOCK_SKEW_SECONDS = 60;
/** The publisher keeps events for days: a larger lag means that the time is wrong. */
const MAX_LAG_SECONDS = 30 * 86_400;

/**
 * How long ago something was published, in s; null when the time is missing or can't be true. The publisher writes its
 * times in UTC without a zone. If it wrote local time, the lag would be wrong by an hour.
 */
export function publishedLag(publishedAt: string | null, now: number): number | null {
  if (publishedAt === null) return null;
  const lag = (now - Date.parse(publishedAt)) / 1000;
  return lag >= -MAX_CLOCK_SKEW_SECONDS && lag <= MAX_LAG_SECONDS ? Math.max(0, lag) : null;
}
