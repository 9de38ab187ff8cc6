/** Reads the key of a Basic `Authorization` header with an empty password. Any other header has no key. */
export function keyOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(authorization ?? '') ?? [];
  const decoded = Buffer.from(encoded ?? '', 'base64').toString();
  return decoded.length > 1 && decoded.indexOf(':') === decoded.length - 1 ? decoded.slice(0, -1) : undefined;
}
