import type { SourcedResource } from '@timepoint/database/companies/read-company-sources';
import { oneLine } from '@timepoint/shared/platform/printable';

/** The source of one field of a document. */
export interface ExplainedField {
  /** Its path, with dots. */
  readonly field: string;
  readonly value: unknown;
  readonly source: 'stream' | 'snapshot';
  /** The value of the other source, when it differs. */
  readonly other: unknown;
}

/** A resource with the source of each field. */
export interface ExplainedResource {
  readonly stream: string;
  readonly resource_uri: string;
  readonly deleted: boolean;
  /** The newest event. Null when only a file has the resource. */
  readonly timepoint: number | null;
  readonly published_at: Date | null;
  /** The day of the newest file that has the resource. */
  readonly snapshot_date: string | null;
  readonly fields: readonly ExplainedField[];
}

/** Finds the source of each field of a resource. It is the stream when both sources have the same value. */
export function explainResource(resource: SourcedResource): ExplainedResource {
  const { data, stream_data, snapshot_data, ...rest } = resource;
  const streamFields = flatten(stream_data);
  const snapshotFields = flatten(snapshot_data);
  const fields = [...flatten(data)].map(([field, value]): ExplainedField => {
    const isOfStream = isEqual(streamFields.get(field), value);
    const other = (isOfStream ? snapshotFields : streamFields).get(field);
    return {
      field,
      value,
      source: isOfStream ? 'stream' : 'snapshot',
      other: isEqual(other, value) ? undefined : other,
    };
  });
  return { ...rest, fields };
}

/** The values of a document by their paths. A list counts as one value. */
function flatten(document: Readonly<Record<string, unknown>> | null, path = ''): Map<string, unknown> {
  const entries = Object.entries(document ?? {}).flatMap(([key, value]) =>
    isObject(value) ? [...flatten(value, `${path}${key}.`)] : [[`${path}${key}`, value] as const],
  );
  return new Map(entries);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Formats a resource: its URI, its sources, and one line for each field. */
export function formatResource(resource: ExplainedResource): string {
  const { stream, resource_uri, deleted, timepoint, published_at, snapshot_date, fields } = resource;
  const origin = {
    stream: timepoint === null ? '' : `stream, ${published_at?.toISOString().slice(0, 10) ?? 'no date'}`,
    snapshot: snapshot_date === null ? '' : `file, ${snapshot_date}`,
  };
  const sources = [
    timepoint === null
      ? []
      : [`stream ${stream} at ${timepoint}, published ${published_at?.toISOString() ?? 'unknown'}`],
    snapshot_date === null ? [] : [`file of ${snapshot_date}`],
  ].flat();
  const width = Math.max(...fields.map(({ field }) => field.length), 0);
  return [
    `${resource_uri}${deleted ? '  (deleted)' : ''}`,
    `  sources: ${sources.join('; ')}`,
    ...fields.map(({ field, value, source, other }) => {
      const contradiction = other === undefined ? '' : `  (the other source: ${JSON.stringify(other)})`;
      return `  ${field.padEnd(width)}  ${origin[source].padEnd(18)}  ${JSON.stringify(value)}${contradiction}`;
    }),
  ]
    .map(oneLine)
    .join('\n');
}
