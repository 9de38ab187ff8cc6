import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { CompanyProfile, Links } from '../profile.ts';
import type { Scene } from '../scene.ts';
import { tellCompany } from '../tell-company.ts';
import type { Household } from './household.ts';

/** Lets the profile of a company show what happened beside it, and tells it unless the company is deleted. */
export function show({ life }: Household, { random }: Scene, shown: Partial<CompanyProfile>): Telling[] {
  life.profile = { ...life.profile, ...shown, etag: newEtag(random) };
  // What the company could have gone back to does not show it.
  life.before = undefined;
  return life.isDeleted ? [] : [tellCompany(life.companyNumber, { type: 'changed', data: life.profile })];
}

/** The links of a company with one more, to a part of it by the name that it has in paths. */
export function linkTo(
  { life: { profile } }: Household,
  member: 'charges' | 'exemptions' | 'persons_with_significant_control_statements',
): Links {
  return { ...profile.links, [member]: `${profile.links.self}/${member.replaceAll('_', '-')}` };
}
