import { chance, pick } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { FORMS, file } from './filings.ts';
import { belong, type Household } from './household.ts';
import { change, tell } from './tell.ts';

const TYPES = [
  'creditors-voluntary-liquidation',
  'members-voluntary-liquidation',
  'compulsory-liquidation',
  'in-administration',
] as const;
const DATES = ['wound-up-on', 'petitioned-on', 'declaration-solvent-on', 'concluded-winding-up-on'] as const;

interface Case {
  /** Text in most documents, a number in some. */
  readonly number: string | number;
  readonly type: string;
  readonly dates?: readonly { readonly type: string; readonly date: string }[];
}

/** A case begins, or the last one of a company gets another date. */
export function stirInsolvency(household: Household, scene: Scene): Telling[] {
  const { random, today } = scene;
  const held = household.insolvency;
  const cases = (held?.data.cases ?? []) as readonly Case[];
  const last = cases.at(-1);
  const isNew = last === undefined || (cases.length < 4 && chance(random, 0.2));
  const next: readonly Case[] = isNew
    ? [...cases, { number: numberOf(cases.length + 1, random), type: pick(random, TYPES) }]
    : [
        ...cases.slice(0, -1),
        { ...last, dates: [...(last.dates ?? []), { type: pick(random, DATES), date: today }].slice(-4) },
      ];
  const members = { etag: newEtag(random), cases: next, ...statusOf(random) };
  if (held !== undefined)
    return [change(held, members), ...(isNew ? [file(household, scene, FORMS.liquidation)] : [])];
  const place = {
    stream: 'insolvency-cases',
    kind: 'company-insolvency',
    path: 'insolvency',
    id: household.life.companyNumber,
  } as const;
  household.insolvency = belong(household, place, members);
  return [tell(household.insolvency), file(household, scene, FORMS.liquidation)];
}

function numberOf(number: number, random: Scene['random']): string | number {
  return chance(random, 0.1) ? number : String(number);
}

/** The status is a list, text or missing. */
function statusOf(random: Scene['random']): { readonly status?: string | readonly string[] } {
  if (chance(random, 0.6)) return {};
  return chance(random, 0.5) ? { status: ['liquidation'] } : { status: 'liquidation' };
}
