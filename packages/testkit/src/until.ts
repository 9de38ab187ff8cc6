import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;
/** Longer than the timeout of every test. A wait of a test that has failed ends, so that the process can end. */
const DEADLINE_MS = 170_000;

/**
 * For tests: calls `look` until it returns something, and returns that. False, null and undefined count as nothing.
 * @throws when nothing came within the deadline.
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
  throw new Error(`the condition did not become true: ${look}`);
}
