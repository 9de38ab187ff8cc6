import { expect, it } from '@jest/globals';
import { shift, type Timepoint } from '@timepoint/shared/contract/timepoint';
import { ConnectionEnded } from './ending.ts';
import { Silence } from './silence.ts';
import type { Step } from './step.ts';

const HEARTBEAT = { text: '', bytes: 0, undecodable: null };
const LINE = { text: 'a line', bytes: 6, undecodable: null };
const ADVANCE: Step = { kind: 'advance', advance: { lines: [LINE], upTo: shift(0 as Timepoint, 101) } };

it('Timepoint ends a connection at a heartbeat after too long without an event, and at nothing else', () => {
  let now = 0;
  const silence = new Silence(1_000, () => now);
  silence.saw(HEARTBEAT, []);
  now += 1_001;
  silence.saw(LINE, [{ kind: 'held' }]);
  // The heartbeat confirms an event that was held.
  silence.saw(HEARTBEAT, [ADVANCE]);
  silence.saw(HEARTBEAT, []);
  now += 1_001;
  expect(() => silence.saw(HEARTBEAT, [])).toThrow(new ConnectionEnded({ kind: 'silent' }));
});
