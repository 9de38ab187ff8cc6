import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { type CompanyProfile, isInsolvent } from '../profile.ts';
import type { CompanyRecords } from './company-records.ts';
import { type FilledForm, fileForm } from './filings.ts';
import { FORMS } from './forms.ts';
import { changeInsolvency, endInsolvency } from './insolvency.ts';

/** Emits the filings and the insolvency case that follow from a change of the profile of a company. */
export function consequencesOf(
  records: CompanyRecords,
  before: CompanyProfile,
  context: GenerationContext,
): ResourceEvent[] {
  const after = records.company.profile;
  const filings = formsFor(before, after, context).map((form) => fileForm(records, context, form));
  if (before.company_status === after.company_status) return filings;
  if (isInsolvent(after.company_status)) return [...filings, ...changeInsolvency(records, context)];
  return isInsolvent(before.company_status) ? [...filings, ...endInsolvency(records, context)] : filings;
}

function formsFor(before: CompanyProfile, after: CompanyProfile, { today }: GenerationContext): FilledForm[] {
  const forms: FilledForm[] = [];
  if (before.registered_office_address !== after.registered_office_address) {
    const values = {
      change_date: today,
      old_address: formatAddress(before),
      new_address: formatAddress(after),
    };
    forms.push({ ...FORMS.address, action_date: today, values });
  }
  if (before.company_name !== after.company_name) forms.push(FORMS.name);
  const { last_accounts } = after.accounts;
  const made_up_date = last_accounts.made_up_to;
  if (made_up_date !== undefined && before.accounts.last_accounts.made_up_to !== made_up_date) {
    const description = `${FORMS.accounts.description}${last_accounts.type}`;
    forms.push({ ...FORMS.accounts, description, action_date: made_up_date, values: { made_up_date } });
  }
  if (before.confirmation_statement.last_made_up_to !== after.confirmation_statement.last_made_up_to)
    forms.push({
      ...FORMS.statement,
      values: { made_up_date: after.confirmation_statement.last_made_up_to },
    });
  const status = statusForm(before, after);
  return status === undefined ? forms : [...forms, status];
}

function formatAddress({
  registered_office_address: { address_line_1, locality, postal_code },
}: CompanyProfile): string {
  return `${address_line_1} ${locality} ${postal_code}`;
}

function statusForm(before: CompanyProfile, after: CompanyProfile): FilledForm | undefined {
  if (before.company_status !== after.company_status) {
    if (after.company_status === 'dissolved') return FORMS.dissolution;
    return after.company_status === 'active' ? FORMS.restoration : undefined;
  }
  if (before.company_status_detail === after.company_status_detail) return undefined;
  return after.company_status_detail === undefined ? FORMS.withdrawal : FORMS.proposal;
}
