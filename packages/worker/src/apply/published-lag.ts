/** The publisher's clock may differ from ours by so much, in s. */
const MAX_CLOCK_SKEW_SECONDS = 60;
/** The publisher keeps events for days; what is older was not published when it says. */
const MAX_LAG_SECONDS = 30 * 86_400;

/**
 * How long ago something was published, in s; null when that is not told or can't be true. The publisher writes its
 * time without a zone, so a lag may be an hour off should it ever write another than UTC.
 */
export function publishedLag(publishedAt: string | null, now: number): number | null {
  if (publishedAt === null) return null;
  const lag = (now - Date.parse(publishedAt)) / 1000;
  return lag >= -MAX_CLOCK_SKEW_SECONDS && lag <= MAX_LAG_SECONDS ? Math.max(0, lag) : null;
}
