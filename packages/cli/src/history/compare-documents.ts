import microdiff from 'microdiff';

/** A field that differs between two documents of one resource. */
export interface FieldChange {
  /** The path, such as `accounts.next_due` or `sic_codes[1]`. A name with other characters is quoted: `["a.b"]`. */
  readonly path: string;
  /** The value before. Absent when the field is new. */
  readonly from?: unknown;
  /** The value after. Absent when the field is gone. */
  readonly to?: unknown;
}

type Document = Readonly<Record<string, unknown>>;

/**
 * Lists the fields that differ. Elements of lists are compared by their position. A number and a string always differ.
 * The `etag` is ignored: the publisher changes it without a change of content.
 */
export function compareDocuments(before: Document, after: Document): FieldChange[] {
  return microdiff(withoutEtag(before), withoutEtag(after), { cyclesFix: false }).map((difference) => ({
    path: formatPath(difference.path),
    ...(difference.type === 'CREATE' ? {} : { from: difference.oldValue as unknown }),
    ...(difference.type === 'REMOVE' ? {} : { to: difference.value as unknown }),
  }));
}

function withoutEtag(document: Document): Record<string, unknown> {
  const { etag: _, ...content } = document;
  return bare(content) as Record<string, unknown>;
}

/** Copies a value without inherited fields, or `constructor` would be found in every object. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, bare(field)] as const);
  return Object.setPrototypeOf(Object.fromEntries(fields), null);
}

const PLAIN_NAME = /^[^.[\]"\s]+$/;

function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((step, place) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!PLAIN_NAME.test(step)) return `[${JSON.stringify(step)}]`;
      return place === 0 ? step : `.${step}`;
    })
    .join('');
}
