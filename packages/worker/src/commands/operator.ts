import { hostname, userInfo } from 'node:os';

/** Whoever runs this command, as the audit names them: `ada@host`. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}
