import type { limitSettings } from '../platform/config.ts';
import type { Limits } from './finding.ts';

/** The limits as `assess` takes them. */
export function limitsOf(
  settings: {
    readonly [Name in keyof typeof limitSettings]: number;
  },
): Limits {
  return {
    downMs: settings.ALERT_DOWN_SECONDS * 1000,
    behindMs: settings.ALERT_BEHIND_SECONDS * 1000,
    deadLetters: settings.ALERT_DEAD_LETTERS,
  };
}
