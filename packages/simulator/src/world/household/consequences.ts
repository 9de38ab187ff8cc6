import type { Telling } from '../event.ts';
import { type CompanyProfile, isTrouble } from '../profile.ts';
import type { Scene } from '../scene.ts';
import { file, type Paper } from './filings.ts';
import { FORMS } from './forms.ts';
import type { Household } from './household.ts';
import { endInsolvency, stirInsolvency } from './insolvency.ts';

/** What the streams tell when something happened to a company that took its profile from one document to another. */
export function followProfile(household: Household, before: CompanyProfile, scene: Scene): Telling[] {
  const after = household.life.profile;
  const filings = papersFor(before, after, scene).map((paper) => file(household, scene, paper));
  if (before.company_status === after.company_status) return filings;
  if (isTrouble(after.company_status)) return [...filings, ...stirInsolvency(household, scene)];
  return isTrouble(before.company_status) ? [...filings, ...endInsolvency(household, scene)] : filings;
}

function papersFor(before: CompanyProfile, after: CompanyProfile, { today }: Scene): Paper[] {
  const papers: Paper[] = [];
  if (before.registered_office_address !== after.registered_office_address) {
    const values = { change_date: today, old_address: write(before), new_address: write(after) };
    papers.push({ ...FORMS.address, action_date: today, values });
  }
  if (before.company_name !== after.company_name) papers.push(FORMS.name);
  const { last_accounts } = after.accounts;
  const made_up_date = last_accounts.made_up_to;
  if (made_up_date !== undefined && before.accounts.last_accounts.made_up_to !== made_up_date) {
    const description = `${FORMS.accounts.description}${last_accounts.type}`;
    papers.push({ ...FORMS.accounts, description, action_date: made_up_date, values: { made_up_date } });
  }
  if (before.confirmation_statement.last_made_up_to !== after.confirmation_statement.last_made_up_to)
    papers.push({
      ...FORMS.statement,
      values: { made_up_date: after.confirmation_statement.last_made_up_to },
    });
  const status = statusPaper(before, after);
  return status === undefined ? papers : [...papers, status];
}

function write({
  registered_office_address: { address_line_1, locality, postal_code },
}: CompanyProfile): string {
  return `${address_line_1} ${locality} ${postal_code}`;
}

function statusPaper(before: CompanyProfile, after: CompanyProfile): Paper | undefined {
  if (before.company_status !== after.company_status) {
    if (after.company_status === 'dissolved') return FORMS.dissolution;
    return after.company_status === 'active' ? FORMS.restoration : undefined;
  }
  if (before.company_status_detail === after.company_status_detail) return undefined;
  return after.company_status_detail === undefined ? FORMS.withdrawal : FORMS.proposal;
}
