import type { StreamName } from '@timepoint/shared/contract/streams';

/** The stream and the kind of resource of a document of the file. */
export interface StreamKind {
  readonly stream: StreamName;
  /** The kind of resource as in the stream. */
  readonly resourceKind: string;
}

const CONTROLLERS = 'persons-with-significant-control';
const STATEMENTS = 'persons-with-significant-control-statements';
const EXEMPTIONS = 'company-exemptions';

/** `kind` of a document to the kind of resource in the stream (DOMAIN §1). */
const KINDS: ReadonlyMap<string, StreamKind> = new Map([
  ...kindsOf(CONTROLLERS, {
    'individual-person-with-significant-control': 'company-psc-individual',
    'corporate-entity-person-with-significant-control': 'company-psc-corporate',
    'legal-person-person-with-significant-control': 'company-psc-legal',
    // Another name of the same kind in the documentation of the publisher.
    'legal-person-with-significant-control': 'company-psc-legal',
    'super-secure-person-with-significant-control': 'company-psc-supersecure',
    'individual-beneficial-owner': 'individual-beneficial-owner',
    'corporate-entity-beneficial-owner': 'corporate-entity-beneficial-owner',
    'legal-person-beneficial-owner': 'legal-person-beneficial-owner',
    'super-secure-beneficial-owner': 'super-secure-beneficial-owner',
  }),
  ...kindsOf(STATEMENTS, {
    'persons-with-significant-control-statement': 'persons-with-significant-control-statement',
  }),
  ...kindsOf(EXEMPTIONS, { exemptions: 'company-exemptions' }),
]);

/** The collections of a company, as in the URIs of resources. */
const COLLECTIONS: ReadonlyMap<string, StreamName> = new Map([
  ['persons-with-significant-control', CONTROLLERS],
  ['persons-with-significant-control-statements', STATEMENTS],
  ['exemptions', EXEMPTIONS],
]);

/** Finds the stream of a document by its kind, or by its URI when the kind is new. Null when both are unknown. */
export function streamKindOf(kind: string, resourceUri: string): StreamKind | null {
  const known = KINDS.get(kind);
  if (known !== undefined) return known;
  const stream = COLLECTIONS.get(resourceUri.split('/')[3] ?? '');
  return stream === undefined ? null : { stream, resourceKind: '' };
}

function kindsOf(
  stream: StreamName,
  resourceKinds: Readonly<Record<string, string>>,
): (readonly [string, StreamKind])[] {
  return Object.entries(resourceKinds).map(([kind, resourceKind]) => [kind, { stream, resourceKind }]);
}
