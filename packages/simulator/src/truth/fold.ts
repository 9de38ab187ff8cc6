import type { EventData, SimulatedEvent } from '../world/event.ts';

/** The ground truth of one resource: what a perfect reader would hold. */
export interface ResourceTruth {
  readonly resource_uri: string;
  readonly resource_kind: string;
  readonly company_number: string | null;
  /** The timepoint of the newest event of any type. */
  readonly timepoint: number;
  readonly deleted: boolean;
  /** The data of the newest `changed` event, or null without one. The data of a deletion is ignored. */
  readonly data: EventData | null;
  /** The timepoint of that `changed` event. */
  readonly data_timepoint: number | null;
}

/** A change of status (or its detail) of one company, in timepoint order. */
export interface StatusChangeTruth {
  readonly company_number: string;
  readonly timepoint: number;
  readonly from_status: string | null;
  readonly from_status_detail: string | null;
  readonly to_status: string;
  readonly to_status_detail: string | null;
}

/** Folds events in timepoint order into the state of their resources. */
export interface Fold {
  apply(timepoint: number, event: SimulatedEvent): void;
  /** Sorted by `resource_uri`. */
  resources(): ResourceTruth[];
  /** Sorted by `company_number`, then `timepoint`. */
  statusChanges(): StatusChangeTruth[];
}

/** Creates a fold without events. */
export function createFold(): Fold {
  const resources = new Map<string, ResourceTruth>();
  const changes = new Map<string, StatusChangeTruth[]>();
  return {
    apply(timepoint, event) {
      const held = resources.get(event.resourceUri);
      resources.set(event.resourceUri, succeed(held, timepoint, event));
      if (event.stream !== 'companies' || event.companyNumber === null) return;
      const history = changes.get(event.companyNumber);
      const change = statusChange(event.companyNumber, history?.at(-1), { timepoint, event });
      if (change === undefined) return;
      if (history === undefined) changes.set(event.companyNumber, [change]);
      else history.push(change);
    },
    resources: () => [...resources.values()].sort((a, b) => inOrder(a.resource_uri, b.resource_uri)),
    statusChanges: () =>
      [...changes.keys()].sort(inOrder).flatMap((companyNumber) => changes.get(companyNumber) ?? []),
  };
}

function succeed(held: ResourceTruth | undefined, timepoint: number, event: SimulatedEvent): ResourceTruth {
  const deleted = event.type === 'deleted';
  return {
    resource_uri: event.resourceUri,
    resource_kind: event.resourceKind,
    company_number: event.companyNumber,
    timepoint,
    deleted,
    data: deleted ? (held?.data ?? null) : (event.data ?? null),
    data_timepoint: deleted ? (held?.data_timepoint ?? null) : timepoint,
  };
}

/** Derives a change of status from an event. Deletions and stubs have no status. */
function statusChange(
  company_number: string,
  previous: StatusChangeTruth | undefined,
  { timepoint, event }: { readonly timepoint: number; readonly event: SimulatedEvent },
): StatusChangeTruth | undefined {
  if (event.type === 'deleted' || !event.data || !('company_status' in event.data)) return undefined;
  const to_status = String(event.data.company_status);
  const detail = event.data.company_status_detail;
  const to_status_detail = typeof detail === 'string' ? detail : null;
  const from_status = previous?.to_status ?? null;
  const from_status_detail = previous?.to_status_detail ?? null;
  if (from_status === to_status && from_status_detail === to_status_detail) return undefined;
  return {
    company_number,
    timepoint,
    from_status,
    from_status_detail,
    to_status,
    to_status_detail,
  };
}

/** Compares by code unit, as the C collation does. */
function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
