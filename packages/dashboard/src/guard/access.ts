// Who may do what. Passwords are compared as digests of equal length in constant time, so that how long a refusal takes
// does not show how near a guess was.
import { createHash, timingSafeEqual } from 'node:crypto';

/** `view` may look at everything, `operate` may also change things. */
export type Role = 'view' | 'operate';

export interface Access {
  readonly role: Role;
  /** For the audit, such as `ada (dashboard)`. */
  readonly who: string;
}

export interface Passwords {
  readonly operate: string;
  readonly view: string | undefined;
}

/** The access of people at the machine itself, when no password is set. */
export const LOCAL_ACCESS: Access = { role: 'operate', who: 'local (dashboard)' };

/** A longer name is cut: people who know a password may send any text as their name. */
const MAX_NAME_LENGTH = 60;

/** What a name and a password give access to; null when the password is none of ours. The name is free. */
export function accessOf(passwords: Passwords, name: string, password: string): Access | null {
  // Both passwords are always compared, so that every guess takes the same time.
  const canOperate = isSame(password, passwords.operate);
  const canView = passwords.view !== undefined && isSame(password, passwords.view);
  if (!canOperate && !canView) return null;
  const who = `${cleanName(name) || 'unnamed'} (dashboard)`;
  return { role: canOperate ? 'operate' : 'view', who };
}

/** Makes a name one line that a database can hold. */
function cleanName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
    .slice(0, MAX_NAME_LENGTH)
    .toWellFormed();
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
