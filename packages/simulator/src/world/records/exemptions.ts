import { pick } from '../../random.ts';
import type { Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { type CompanyRecords, createCompanyResource } from './company-records.ts';
import { addLink, updateProfile } from './profile-updates.ts';
import { change, emitCurrent } from './resource-events.ts';

const TYPES = [
  'psc-exempt-as-shares-admitted-on-market',
  'psc-exempt-as-trading-on-uk-regulated-market',
  'disclosure-transparency-rules-chapter-five-applies',
] as const;

interface Exemption {
  readonly exemption_type: string;
  readonly items: readonly { readonly exempt_from: Day; readonly exempt_to?: Day }[];
}

/** Begins or ends an exemption of a company with traded shares from notifying its controllers. */
export function changeExemptions(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random, today } = context;
  const held = records.exemptions;
  const before = (held?.data.exemptions ?? {}) as Readonly<Record<string, Exemption>>;
  const type = pick(random, TYPES);
  const member = type.replaceAll('-', '_');
  const items = toggle(before[member]?.items ?? [], today);
  const members = {
    etag: newEtag(random),
    kind: 'exemptions',
    exemptions: { ...before, [member]: { exemption_type: type, items } satisfies Exemption },
  };
  if (held !== undefined) return [change(held, members)];
  const id = records.company.companyNumber;
  const place = { stream: 'company-exemptions', kind: 'company-exemptions', path: 'exemptions', id } as const;
  records.exemptions = createCompanyResource(records, place, members);
  return [
    emitCurrent(records.exemptions),
    ...updateProfile(records, context, { links: addLink(records, 'exemptions') }),
  ];
}

/** Ends the current exemption, or begins another one if there is none. */
function toggle(items: Exemption['items'], today: Day): Exemption['items'] {
  const last = items.at(-1);
  if (last === undefined || last.exempt_to !== undefined) return [...items, { exempt_from: today }].slice(-4);
  return [...items.slice(0, -1), { ...last, exempt_to: today }];
}
