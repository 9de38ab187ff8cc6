import { companyEvent } from '../company-events.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import type { CompanyProfile, Links } from '../profile.ts';
import type { CompanyRecords } from './company-records.ts';

/** Updates the profile of a company after a change of its other records. A deleted company emits no event. */
export function updateProfile(
  { company }: CompanyRecords,
  { random }: GenerationContext,
  members: Partial<CompanyProfile>,
): ResourceEvent[] {
  company.profile = { ...company.profile, ...members, etag: newEtag(random) };
  // The earlier document lacks the update, so the company must not revert to it.
  company.before = undefined;
  return company.isDeleted
    ? []
    : [companyEvent(company.companyNumber, { type: 'changed', data: company.profile })];
}

/** The links of a company with one added to a part of its records. */
export function addLink(
  { company: { profile } }: CompanyRecords,
  member: 'charges' | 'exemptions' | 'persons_with_significant_control_statements',
): Links {
  return { ...profile.links, [member]: `${profile.links.self}/${member.replaceAll('_', '-')}` };
}
