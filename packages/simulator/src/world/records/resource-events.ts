import { createLottery, type Random } from '../../random.ts';
import type { EventData, ResourceEvent } from '../event.ts';
import type { RegisterResource } from './company-records.ts';

/** Emits the current document of a resource. A deleted resource exists again. */
export function emitCurrent(resource: RegisterResource): ResourceEvent {
  resource.isDeleted = false;
  return { ...resource.identity, type: 'changed', data: resource.data };
}

/** Changes members of the document of a resource and emits the document. */
export function change(
  resource: RegisterResource,
  members: Readonly<Record<string, unknown>>,
): ResourceEvent {
  resource.before = resource.data;
  resource.data = { ...resource.data, ...members };
  return emitCurrent(resource);
}

/** Emits the document before the last change once more: A, B, A. A resource that is over keeps its document. */
export function revert(resource: RegisterResource): ResourceEvent {
  const { before } = resource;
  if (before !== undefined && !resource.isOver) {
    resource.before = resource.data;
    resource.data = before;
  }
  return emitCurrent(resource);
}

type Form = (resource: RegisterResource) => EventData | null | undefined;

const drawForm = createLottery<Form>([
  [30, ({ data }) => data],
  // The document in the form of the publisher's own database.
  [15, ({ data, identity }) => ({ ...data, _id: identity.resourceId, delta_at: '20260102030405678901' })],
  [15, ({ data, identity }) => ({ links: data.links ?? { self: identity.resourceUri } })],
  [20, () => null],
  [20, () => undefined],
]);

/** Deletes a resource. The `data` of the event has one of the publisher's forms. */
export function remove(resource: RegisterResource, random: Random): ResourceEvent {
  resource.isDeleted = true;
  return { ...resource.identity, type: 'deleted', data: drawForm(random)(resource) };
}
