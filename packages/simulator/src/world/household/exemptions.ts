import { chance } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { belong, type Household } from './household.ts';
import { change, tell } from './tell.ts';

/** A company whose shares are traded is exempt from telling who controls it, from a day on and perhaps to another. */
export function stirExemptions(household: Household, { random, today }: Scene): Telling[] {
  const type = chance(random, 0.5)
    ? 'psc-exempt-as-shares-admitted-on-market'
    : 'disclosure-transparency-rules-chapter-five-applies';
  const held = household.exemptions;
  const item = {
    exempt_from: today,
    ...(held !== undefined && chance(random, 0.3) ? { exempt_to: today } : {}),
  };
  const before = held?.data.exemptions as object | undefined;
  const members = {
    etag: newEtag(random),
    kind: 'exemptions',
    exemptions: { ...before, [type.replaceAll('-', '_')]: { exemption_type: type, items: [item] } },
  };
  if (held !== undefined) return [change(held, members)];
  const place = {
    stream: 'company-exemptions',
    kind: 'company-exemptions',
    path: 'exemptions',
    id: household.life.companyNumber,
  } as const;
  household.exemptions = belong(household, place, members);
  return [tell(household.exemptions)];
}
