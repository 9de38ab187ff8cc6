import { hostname, userInfo } from 'node:os';

/** Whoever runs this command, for the audit: `ada@host`. */
export function operator(): string {
  return `${userName()}@${hostname()}`;
}

/** A container may run as a user that its system has no name for. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
