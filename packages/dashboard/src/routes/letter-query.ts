import type { LetterFilter } from '@timepoint/database/letters/letter-selection';
import { letterSelectionSchema } from '@timepoint/shared/contract/job';
import { storableText } from '@timepoint/shared/contract/storable-text';
import { z } from 'zod';

/** A field of a form that was left empty is not given. */
const given = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);

const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(given, schema.optional());

/** A moment as a form has it, `2026-11-24T15:00`, in UTC; or complete. */
const moment = optional(
  z
    .string()
    .transform((text) => (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text) ? `${text}Z` : text))
    .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a moment such as 2026-11-24T15:00')
    .transform((text) => new Date(text).toISOString())
    // A database writes other years in another way, or can't hold them.
    .refine((text) => /^[1-9]\d{3}-/.test(text), 'must have a year of four digits'),
);

const { stream, reason, fingerprint, companyNumber } = letterSelectionSchema.shape;
const text = storableText.trim();

const selectionFields = {
  stream: z.preprocess(given, stream),
  reason: z.preprocess(given, reason),
  fingerprint: z.preprocess(given, fingerprint),
  companyNumber: optional(text.toUpperCase()).pipe(companyNumber),
  since: moment,
  until: moment,
};

const pageSchema = z.object({
  ...selectionFields,
  state: optional(z.enum(['open', 'superseded', 'replayed', 'discarded'])).transform(
    (state) => state ?? 'open',
  ),
  before: optional(z.coerce.number().int().positive()),
});

/** What the address of the page of dead letters asks for. @throws ZodError that names the field. */
export function parseLetterQuery(query: unknown): { filter: LetterFilter; before: number | null } {
  const { before, ...filter } = pageSchema.parse(query);
  return { filter: withoutAbsent(filter) as LetterFilter, before: before ?? null };
}

const actionSchema = z.object({
  ...selectionFields,
  what: z.enum(['replay', 'dry-run', 'discard']),
  state: optional(z.enum(['open', 'superseded'])).transform((state) => state ?? 'open'),
  id: optional(z.coerce.number().int().positive()),
  upToId: optional(z.coerce.number().int().positive()),
  because: optional(text),
});

/** What the form of an action asks for: a selection, and what is to be done with it. @throws ZodError. */
export function parseActionForm(form: unknown) {
  const { what, because, id, ...fields } = actionSchema.parse(form);
  const selection = letterSelectionSchema.parse(
    withoutAbsent({ ...fields, ids: id === undefined ? undefined : [id] }),
  );
  return { what, because, selection };
}

/** The query string of a filter. */
export function letterQuery(filter: LetterFilter, before: number | null = null): string {
  const given = { ...filter, ...(before === null ? {} : { before }) };
  const entries = Object.entries(given).flatMap(([name, value]): [string, string][] =>
    value === undefined || (name === 'state' && value === 'open') ? [] : [[name, String(value)]],
  );
  return new URLSearchParams(entries).toString();
}

function withoutAbsent<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
