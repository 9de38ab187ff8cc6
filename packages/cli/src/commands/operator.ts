import { hostname, userInfo } from 'node:os';

/** The user and the host that run this command, for the audit: `ada@host`. */
export function operator(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run as a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
