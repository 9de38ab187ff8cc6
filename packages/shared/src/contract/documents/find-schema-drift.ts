// Schema drift is a difference between a document and what the publisher documents: a new field, a new word in a
// vocabulary, a number where there was text. It is found in order to be reported. The event is applied as it is.
// Example: `{"company_status":"resting"}` is `unknown-value company_status = resting`.
import type { Deviation, StreamEvent } from '../envelope.ts';
import type { StreamName } from '../streams.ts';
import { DOCUMENTS } from './by-stream.ts';
import { type Check, compileCheck, fieldPath } from './check.ts';
import { companyOfFile } from './companies.ts';

/** One way in which documents differ from what the publisher documents. */
export interface SchemaDrift {
  /** Made from `kind`, `path` and `value`; the same for each document that differs in this way. */
  readonly fingerprint: string;
  readonly kind: 'unknown-field' | 'unknown-value' | 'unexpected-type' | Deviation['kind'];
  /** The place in the document. `[]` stands for any place in a list and any name of a map, `$` for the envelope. */
  readonly path: string;
  /** The unknown word, or the type that is not expected; null for an unknown field. */
  readonly value: string | null;
}

/** At most this many differences of one event are reported. A document with more of them is of another kind. */
const MAX_SCHEMA_DRIFT_OF_EVENT = 20;
/** A name or a value is cut to this many characters, so that a fingerprint fits into an index. */
const MAX_CHARACTERS = 200;

const CHECKS = new Map(
  Object.entries(DOCUMENTS).map(([stream, document]) => [stream, compileCheck(document)] as const),
);

/** Documents of files are those of the streams. Only the file of companies has fields and words of its own. */
const FILE_CHECKS = new Map([...CHECKS, ['companies', compileCheck(companyOfFile)] as const]);

/** Finds the schema drift of an event, each fingerprint once. Only the documents of changed events are compared. */
export function findSchemaDrift(stream: StreamName, event: StreamEvent): SchemaDrift[] {
  return find(event.type === 'changed' ? CHECKS.get(stream) : undefined, event.data, event.deviations);
}

/** Finds the schema drift of the document of a line of a file, each fingerprint once. */
export function findFileSchemaDrift(
  stream: StreamName,
  document: unknown,
  deviations: readonly Deviation[],
): readonly SchemaDrift[] {
  return find(FILE_CHECKS.get(stream), document, deviations);
}

function find(check: Check | undefined, document: unknown, deviations: readonly Deviation[]): SchemaDrift[] {
  const found = new Map<string, SchemaDrift>();
  for (const { kind, path, value } of deviations) note(found, kind, path, value);
  if (check !== undefined) walk(check, document, found);
  return [...found.values()];
}

type Found = Map<string, SchemaDrift>;

function walk(check: Check, value: unknown, found: Found): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string') {
    if (check.isAnyText || check.words?.has(value)) return;
    if (check.words === null) note(found, 'unexpected-type', check.path, 'string');
    else note(found, 'unknown-value', check.path, value);
  } else if (typeof value === 'number') {
    if (!check.isNumber) note(found, 'unexpected-type', check.path, 'number');
  } else if (typeof value === 'boolean') {
    if (!check.isFlag) note(found, 'unexpected-type', check.path, 'boolean');
  } else if (Array.isArray(value)) walkItems(check, value, found);
  else walkFields(check, value, found);
}

function walkItems({ items, path }: Check, values: readonly unknown[], found: Found): void {
  if (items === null) {
    note(found, 'unexpected-type', path, 'array');
    return;
  }
  for (const value of values) {
    if (found.size >= MAX_SCHEMA_DRIFT_OF_EVENT) return;
    walk(items, value, found);
  }
}

function walkFields({ fields, entries, path }: Check, value: object, found: Found): void {
  if (fields === null && entries === null) {
    note(found, 'unexpected-type', path, 'object');
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    const check = fields?.get(name) ?? entries;
    if (check !== null) walk(check, member, found);
    else note(found, 'unknown-field', fieldPath(path, cut(name)), null);
    if (found.size >= MAX_SCHEMA_DRIFT_OF_EVENT) return;
  }
}

function note(found: Found, kind: SchemaDrift['kind'], path: string, text: string | null): void {
  const value = text === null ? null : cut(text);
  const fingerprint = value === null ? `${kind} ${path}` : `${kind} ${path} = ${value}`;
  if (!found.has(fingerprint)) found.set(fingerprint, { fingerprint, kind, path, value });
}

/** Cuts a text to the limit, without a lone surrogate at its end. */
function cut(text: string): string {
  return text.slice(0, MAX_CHARACTERS).toWellFormed();
}
