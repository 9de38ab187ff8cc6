import { chance, type Random } from '../random.ts';
import type { Faults } from './schema.ts';

/** An extra line before the line of an event. */
export type Extra = 'heartbeat' | 'invalid' | 'older';

/** How a connection ends after an event. */
export type PlannedEnding = 'destroy' | 'cut-tail' | 'end' | 'error-line';

/** The faults of the line of one event. */
export interface LinePlan {
  readonly before: readonly Extra[];
  readonly isRepeated: boolean;
  readonly ending: PlannedEnding | undefined;
}

/**
 * Draws the faults of the line of one event. The number of draws is always the same, so that the rate of one fault
 * does not move the places of another.
 */
export function planLine(faults: Faults, random: Random): LinePlan {
  const isDuplicated = chance(random, faults.duplicateRate);
  const isOlder = chance(random, 0.5);
  const extras: (Extra | undefined)[] = [
    chance(random, faults.heartbeatRate) ? 'heartbeat' : undefined,
    chance(random, faults.malformedRate) ? 'invalid' : undefined,
    isDuplicated && isOlder ? 'older' : undefined,
  ];
  return {
    before: extras.filter((extra) => extra !== undefined),
    isRepeated: isDuplicated && !isOlder,
    ending: planEnding(faults, random),
  };
}

function planEnding(faults: Faults, random: Random): PlannedEnding | undefined {
  const isDestroyed = chance(random, faults.disconnectRate);
  const isCut = chance(random, 0.5);
  const isEnded = chance(random, faults.endRate);
  const isErrorLine = chance(random, faults.errorLineRate);
  if (isDestroyed) return isCut ? 'cut-tail' : 'destroy';
  if (isErrorLine) return 'error-line';
  return isEnded ? 'end' : undefined;
}
