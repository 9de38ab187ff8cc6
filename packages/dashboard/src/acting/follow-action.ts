import { setTimeout as sleep } from 'node:timers/promises';
import type { Queues } from '@timepoint/shared/queues/queues';
import { renderActionSections, renderForgotten } from '../pages/action.ts';
import type { View } from '../routes/live.ts';
import { readAction } from './recent-actions.ts';

/** The pause between two reads of an action that is under way, in ms. */
const INTERVAL_MS = 500;

export interface FollowActionOptions {
  readonly queues: Queues;
  readonly id: string;
  /** Whether the viewer may cancel it. */
  readonly canOperate: boolean;
}

/** Yields the progress of an action until it has ended, the queue has forgotten it, or its page is closed. */
export async function* followAction(options: FollowActionOptions, signal: AbortSignal): AsyncGenerator<View> {
  while (!signal.aborted) {
    const action = await readAction(options.queues, options.id);
    if (action === null) {
      yield { at: Date.now(), sections: renderForgotten(), isFinal: true };
      return;
    }
    const isFinal = action.state === 'completed' || action.state === 'failed';
    yield { at: Date.now(), sections: renderActionSections(action, options.canOperate), isFinal };
    if (isFinal) return;
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
