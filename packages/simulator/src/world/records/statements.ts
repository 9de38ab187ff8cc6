import { pick } from '../../random.ts';
import type { Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import {
  type CompanyRecords,
  createCompanyResource,
  inForce,
  type RegisterResource,
} from './company-records.ts';
import { fileForm } from './filings.ts';
import { FORMS } from './forms.ts';
import { newId } from './ids.ts';
import { addLink, updateProfile } from './profile-updates.ts';
import { change, emitCurrent } from './resource-events.ts';

const STREAM = 'persons-with-significant-control-statements';
/** The statements that a company can make about its controllers. */
export const STATEMENTS = [
  // The publisher's spelling.
  'no-individual-or-entity-with-signficant-control',
  'psc-exists-but-not-identified',
  'steps-to-find-psc-not-yet-completed',
] as const;

/** Adds the statement that a company has no controller or that it does not know one. The caller emits it. */
export function addStatement(
  records: CompanyRecords,
  { random }: GenerationContext,
  notifiedOn: Day,
): RegisterResource {
  const id = newId(random, 27);
  const kind = 'persons-with-significant-control-statement';
  const statement = createCompanyResource(
    records,
    { stream: STREAM, kind, path: `${STREAM}/${id}`, id },
    { etag: newEtag(random), kind, statement: pick(random, STATEMENTS), notified_on: notifiedOn },
  );
  records.statements.push(statement);
  return statement;
}

/** Files a statement. The profile of the company links to its statements from then on. */
export function fileStatement(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { today } = context;
  const statement = addStatement(records, context, today);
  const form = { ...FORMS.controlStatement, action_date: today, values: { notification_date: today } };
  const events = [emitCurrent(statement), fileForm(records, context, form)];
  const { links } = records.company.profile;
  if (links.persons_with_significant_control_statements !== undefined) return events;
  return [
    ...events,
    ...updateProfile(records, context, {
      links: addLink(records, 'persons_with_significant_control_statements'),
    }),
  ];
}

/** Withdraws the statements of a company that has a controller to notify. */
export function withdrawStatements(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random, today } = context;
  return inForce(records.statements).flatMap((statement) => {
    statement.isOver = true;
    const form = { ...FORMS.controlStatementWithdrawal, values: { withdrawal_date: today } };
    return [change(statement, { ceased_on: today, etag: newEtag(random) }), fileForm(records, context, form)];
  });
}
