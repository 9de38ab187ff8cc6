import { chance, int, pick, type Random } from '../../random.ts';
import type { Day } from '../calendar.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import {
  type CompanyRecords,
  createCompanyResource,
  inForce,
  type RegisterResource,
} from './company-records.ts';
import { FORMS, type Form } from './forms.ts';
import { newId } from './ids.ts';
import { change, emitCurrent } from './resource-events.ts';

/** A form with its values. */
export interface FilledForm extends Form {
  /** The values of its description: names and days. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The day of the change that the form reports. */
  readonly action_date?: Day;
}

// Enough to publish some again. The number of filings of a company has no limit.
const MOST_REMEMBERED = 8;

/** Files a form and emits the filing, usually before it has been scanned. */
export function fileForm(
  records: CompanyRecords,
  context: GenerationContext,
  { values, ...form }: FilledForm,
): ResourceEvent {
  const { random, today } = context;
  const id = newId(random, 24);
  const data = {
    // A number in some documents.
    transaction_id: chance(random, 0.01) ? 3_000_000_000 + int(random, 1_000_000) : id,
    barcode: `X${newId(random, 7).toUpperCase().replace(/[_-]/g, '7')}`,
    ...form,
    date: today,
    ...(values === undefined ? {} : { description_values: values }),
    ...(chance(random, 0.05) ? { paper_filed: true } : {}),
    ...(chance(random, 0.4) ? scan(random) : {}),
  };
  const filing = createCompanyResource(
    records,
    { stream: 'filings', kind: 'filing-history', path: `filing-history/${id}`, id },
    data,
  );
  records.filings.push(filing);
  if (records.filings.length > MOST_REMEMBERED) records.filings.shift();
  return emitCurrent(filing);
}

/** Scans or annotates a filing, or files a form that no other record shows. */
export function changeFilings(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random } = context;
  const filings = inForce(records.filings);
  const unscanned = filings.find(({ data }) => !('pages' in data));
  if (unscanned !== undefined && chance(random, 0.75)) return [scanFiling(unscanned, random)];
  if (filings.length > 0 && chance(random, 0.08)) return [annotate(pick(random, filings), context)];
  return [fileForm(records, context, routineForm(context))];
}

function scan(random: Random) {
  const document_metadata = `https://frontend-doc-api.company-information.example/document/${newId(random, 43)}`;
  return { pages: 1 + int(random, 9), links: { document_metadata } };
}

/** Adds the scan of a filing. For no other change does the publisher name fields, and for this one it rarely does. */
function scanFiling(filing: RegisterResource, random: Random): ResourceEvent {
  const { pages, links } = scan(random);
  const event = change(filing, { pages, links: { ...Object(filing.data.links), ...links } });
  return chance(random, 0.02) ? { ...event, fieldsChanged: ['links.document_metadata'] } : event;
}

function annotate(filing: RegisterResource, { today }: GenerationContext): ResourceEvent {
  const annotation = {
    annotation: `Clarification A second filed ${filing.data.type} was registered on ${today} & replaces this one`,
    category: 'annotation',
    date: today,
    description: 'annotation',
    type: 'ANNOTATION',
  };
  return change(filing, { annotations: [annotation], paper_filed: true });
}

function routineForm({ random, today }: GenerationContext): FilledForm {
  if (chance(random, 0.3)) {
    const capital = [{ currency: 'GBP', figure: `${1 + int(random, 9_999)}.00` }];
    return { ...FORMS.allotment, action_date: today, values: { capital, date: today } };
  }
  return pick(random, [FORMS.resolution, FORMS.articles, FORMS.inspection]);
}
