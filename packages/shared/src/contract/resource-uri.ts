/** The URI identifies a row, so it must fit into an index. The publisher's URIs have less than 200 bytes. */
export const MAX_URI_BYTES = 1_000;

/** Whether a text is short enough to identify a resource. */
export function isResourceUri(text: string): boolean {
  return text.length <= MAX_URI_BYTES && Buffer.byteLength(text) <= MAX_URI_BYTES;
}

/**
 * Changes a URI into the form that is the key of a row: with a leading slash, which the exemptions stream leaves out,
 * and with the company number in upper case. Other ids stay as they are, because their case matters.
 */
export function normalizeResourceUri(uri: string): string {
  const whole = uri.startsWith('/') ? uri : `/${uri}`;
  return whole.replace(
    /^\/company\/[A-Za-z0-9]{6,10}(?=\/|$)/,
    (start) => `/company/${start.slice(9).toUpperCase()}`,
  );
}

/** The company that a resource belongs to, from its URI: 6 to 10 letters and digits, upper case. */
export function companyNumberOf(resourceUri: string): string | null {
  return /^\/company\/([A-Za-z0-9]{6,10})(?:\/|$)/.exec(resourceUri)?.[1]?.toUpperCase() ?? null;
}
