import { printable } from '@timepoint/shared/platform/printable';
import type { Check } from './check.ts';

/** Colours a text, or returns it unchanged. */
export type Paint = (colour: 'green' | 'yellow' | 'red' | 'dim', text: string) => string;

const COLOURS = { good: 'green', warning: 'yellow', problem: 'red', unknown: 'dim' } as const;
const WORDS = {
  problem: ['problem', 'problems'],
  warning: ['warning', 'warnings'],
  unknown: ['thing not checked', 'things not checked'],
} as const;
const STATE_WIDTH = 'problem'.length;

/** A line for each check, its remedy below it, and a summary at the end. */
export function formatChecks(checks: readonly Check[], paint: Paint): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, text, remedy }) => [
    `${paint(COLOURS[state], state.padEnd(STATE_WIDTH))}  ${name.padEnd(width)}  ${printable(text)}`,
    ...(remedy === null ? [] : [`${' '.repeat(STATE_WIDTH + width + 4)}→ ${printable(remedy)}`]),
  ]);
  return [...lines, '', sumUp(checks)].join('\n');
}

function sumUp(checks: readonly Check[]): string {
  const counted = (['problem', 'warning', 'unknown'] as const).map((state) => ({
    state,
    count: checks.filter((check) => check.state === state).length,
  }));
  const sums = counted.flatMap(({ state, count }) =>
    count === 0 ? [] : [`${count} ${WORDS[state][count === 1 ? 0 : 1]}`],
  );
  return sums.length === 0 ? 'All is good.' : `${sums.join(', ')}.`;
}
