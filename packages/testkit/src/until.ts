import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;
/** Longer than any test waits: one that has failed already must not keep the process from ending. */
const DEADLINE_MS = 170_000;

/**
 * For tests: looks until there is something, and returns it; false, null and undefined are nothing. Between two looks
 * it leaves the machine to the others.
 */
export async function until<Found>(
  look: () => Promise<Found> | Found,
): Promise<Exclude<Found, false | null | undefined>> {
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined)
      return found as Exclude<Found, false | null | undefined>;
    await sleep(POLL_MS);
  }
  throw new Error(`waited in vain for ${look}`);
}
