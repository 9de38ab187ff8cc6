import { noteOf, type SnapshotRow, type SnapshotTotals } from '@timepoint/database/snapshots/snapshot-piece';
import { showValue } from '@timepoint/shared/contract/decode-text';
import type { Deviation } from '@timepoint/shared/contract/envelope';
import { isResourceUri, normalizeResourceUri } from '@timepoint/shared/contract/resource-uri';
import { type Replacement, storableJson } from '@timepoint/shared/contract/storable-json';
import { z } from 'zod';
import { parseCompanyNumber } from './company-number.ts';
import { streamKindOf } from './controller-kinds.ts';

/** The content of a line of the file. */
export type PscLine =
  | { readonly kind: 'row'; readonly row: Omit<SnapshotRow, 'line'> }
  | { readonly kind: 'totals'; readonly totals: SnapshotTotals }
  | { readonly kind: 'reject'; readonly reason: string };

interface Parts {
  readonly companyNumber: unknown;
  readonly document: unknown;
  /** The document as JSON. */
  readonly json: string;
}

const documentSchema = z.object({
  kind: z.unknown().optional(),
  links: z.object({ self: z.string().min(1) }),
});

const count = z.int().nonnegative();
const totalsSchema = z.object({
  kind: z.literal('totals#persons-of-significant-control-snapshot'),
  persons_of_significant_control_count: count,
  statements_count: count,
  exemptions_count: count,
});

/** The beginning of every line but the last. The document is the rest of the line, so its text can be cut out. */
const USUAL_BEGINNING = /\{"company_number":"([^"\\]*)","data":(?=\{)/y;

/** Parses one line of the file, without its line end. */
export function parsePscLine(line: string): PscLine {
  const { json: text, replacements } = storableJson(line);
  const parts = splitUsual(text) ?? splitAny(text);
  if (parts === null) return reject('the line is not a JSON object with a document in "data"');
  return findTotals(parts.document) ?? readDocument(parts, line, replacements.map(toDeviation));
}

/** Makes the paths of a document equal to those in an event. */
function toDeviation({ path, what }: Replacement): Deviation {
  const inDocument = /^data(?:\.|(?=\[)|$)/.exec(path)?.[0];
  const shown = inDocument === undefined ? `$.${path}` : path.slice(inDocument.length) || '$.data';
  return { kind: 'unstorable', path: shown, value: what };
}

function readDocument(
  { companyNumber, document, json }: Parts,
  raw: string,
  deviations: readonly Deviation[],
): PscLine {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) return reject(`data.links.self is missing: ${showValue(json)}`);
  const number = typeof companyNumber === 'string' ? parseCompanyNumber(companyNumber) : null;
  if (number === null) {
    return reject(`company_number is not a company number: ${showValue(String(companyNumber ?? ''))}`);
  }
  const { kind, links } = parsed.data;
  const resourceUri = normalizeResourceUri(links.self);
  if (!isResourceUri(resourceUri))
    return reject(`data.links.self is too long for a resource: ${showValue(resourceUri)}`);
  const streamKind = streamKindOf(String(kind), resourceUri);
  if (streamKind === null) {
    return reject(
      `data.kind and data.links.self belong to no stream: ${showValue(`${kind} ${resourceUri}`)}`,
    );
  }
  const note = noteOf(streamKind.stream, document, { deviations, raw });
  return { kind: 'row', row: { ...streamKind, resourceUri, companyNumber: number, json, ...note } };
}

function splitUsual(text: string): Parts | null {
  USUAL_BEGINNING.lastIndex = 0;
  const companyNumber = USUAL_BEGINNING.exec(text)?.[1];
  if (companyNumber === undefined || !text.endsWith('}')) return null;
  const json = text.slice(USUAL_BEGINNING.lastIndex, -1);
  // The cut text is parsed, so it is a document, whatever else is on the line.
  const document = parseJson(json);
  return document === undefined ? null : { companyNumber, document, json };
}

function splitAny(text: string): Parts | null {
  const line = parseJson(text);
  if (!isObject(line) || !isObject(line.data)) return null;
  return { companyNumber: line.company_number, document: line.data, json: JSON.stringify(line.data) };
}

function findTotals(document: unknown): PscLine | null {
  if (!isObject(document) || typeof document.kind !== 'string' || !document.kind.startsWith('totals#'))
    return null;
  const parsed = totalsSchema.safeParse(document);
  if (!parsed.success) return reject(`data has no totals: ${showValue(JSON.stringify(document))}`);
  const { persons_of_significant_control_count: controllers, ...others } = parsed.data;
  const totals = { controllers, statements: others.statements_count, exemptions: others.exemptions_count };
  return { kind: 'totals', totals };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reject(reason: string): PscLine {
  return { kind: 'reject', reason };
}
