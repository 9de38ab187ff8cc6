import { createLottery, type Random } from '../../random.ts';
import type { EventData, Telling } from '../event.ts';
import type { Belonging } from './household.ts';

/** Tells what a belonging is now. */
export function tell(belonging: Belonging): Telling {
  belonging.isDeleted = false;
  return { ...belonging.resource, type: 'changed', data: belonging.data };
}

/** Changes a belonging and tells it. */
export function change(belonging: Belonging, members: Readonly<Record<string, unknown>>): Telling {
  belonging.before = belonging.data;
  belonging.data = { ...belonging.data, ...members };
  return tell(belonging);
}

/** Tells the document before the last change once more: A, B, A. What is over for good does not go back. */
export function goBack(belonging: Belonging): Telling {
  const { before } = belonging;
  if (before !== undefined && !belonging.isOver) {
    belonging.before = belonging.data;
    belonging.data = before;
  }
  return tell(belonging);
}

type Form = (belonging: Belonging) => EventData | null | undefined;

const drawForm = createLottery<Form>([
  [30, ({ data }) => data],
  // As the publisher's own database holds it.
  [15, ({ data, resource }) => ({ ...data, _id: resource.resourceId, delta_at: '20260102030405678901' })],
  [15, ({ data, resource }) => ({ links: data.links ?? { self: resource.resourceUri } })],
  [20, () => null],
  [20, () => undefined],
]);

/** Deletes a belonging, in one of the publisher's forms. */
export function remove(belonging: Belonging, random: Random): Telling {
  belonging.isDeleted = true;
  return { ...belonging.resource, type: 'deleted', data: drawForm(random)(belonging) };
}
