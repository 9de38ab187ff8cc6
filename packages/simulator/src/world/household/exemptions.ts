import { pick } from '../../random.ts';
import type { Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { belong, type Household } from './household.ts';
import { linkTo, show } from './show.ts';
import { change, tell } from './tell.ts';

const TYPES = [
  'psc-exempt-as-shares-admitted-on-market',
  'psc-exempt-as-trading-on-uk-regulated-market',
  'disclosure-transparency-rules-chapter-five-applies',
] as const;

interface Exemption {
  readonly exemption_type: string;
  readonly items: readonly { readonly exempt_from: Day; readonly exempt_to?: Day }[];
}

/** A company whose shares are traded is exempt from telling who controls it, from a day on and perhaps to another. */
export function stirExemptions(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const held = household.exemptions;
  const before = (held?.data.exemptions ?? {}) as Readonly<Record<string, Exemption>>;
  const type = pick(random, TYPES);
  const member = type.replaceAll('-', '_');
  const items = turn(before[member]?.items ?? [], today);
  const members = {
    etag: newEtag(random),
    kind: 'exemptions',
    exemptions: { ...before, [member]: { exemption_type: type, items } satisfies Exemption },
  };
  if (held !== undefined) return [change(held, members)];
  const id = household.life.companyNumber;
  const place = { stream: 'company-exemptions', kind: 'company-exemptions', path: 'exemptions', id } as const;
  household.exemptions = belong(household, place, members);
  return [tell(household.exemptions), ...show(household, scene, { links: linkTo(household, 'exemptions') })];
}

/** An exemption that holds ends; otherwise another one begins. */
function turn(items: Exemption['items'], today: Day): Exemption['items'] {
  const last = items.at(-1);
  if (last === undefined || last.exempt_to !== undefined) return [...items, { exempt_from: today }].slice(-4);
  return [...items.slice(0, -1), { ...last, exempt_to: today }];
}
