import { chance, int, pick, type Random } from '../../random.ts';
import { inventServiceAddress } from '../addresses.ts';
import { addDays, type Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { Telling } from '../event.ts';
import { isTrouble, type Trouble } from '../profile.ts';
import type { Scene } from '../scene.ts';
import { file } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import { belong, type Household } from './household.ts';
import { inventPersonName } from './people.ts';
import { change, tell } from './tell.ts';

/** What can befall a company, by type of case: the days that come one after the other, and how it is filed. */
const COURSES: Readonly<Record<string, { readonly days: readonly string[]; readonly form: Form }>> = {
  'creditors-voluntary-liquidation': {
    days: ['wound-up-on', 'concluded-winding-up-on', 'due-to-be-dissolved-on'],
    form: FORMS.voluntaryLiquidation,
  },
  'members-voluntary-liquidation': {
    days: ['declaration-solvent-on', 'wound-up-on', 'concluded-winding-up-on', 'due-to-be-dissolved-on'],
    form: FORMS.voluntaryLiquidation,
  },
  'compulsory-liquidation': {
    days: ['petitioned-on', 'ordered-to-wind-up-on', 'concluded-winding-up-on'],
    form: FORMS.windingUp,
  },
  'administrative-receiver': { days: ['instrumented-on'], form: FORMS.receivership },
  'in-administration': {
    days: ['administration-started-on', 'administration-ended-on'],
    form: FORMS.administration,
  },
  'corporate-voluntary-arrangement': {
    days: ['voluntary-arrangement-started-on', 'voluntary-arrangement-ended-on'],
    form: FORMS.arrangement,
  },
};

/** How the first case of a company begins that has come to a status. */
const FIRST_CASES: Readonly<Record<Trouble, readonly string[]>> = {
  liquidation: Object.keys(COURSES).filter((type) => type.endsWith('liquidation')),
  administration: ['in-administration'],
  receivership: ['administrative-receiver'],
  'voluntary-arrangement': ['corporate-voluntary-arrangement'],
  'insolvency-proceedings': ['in-administration', 'administrative-receiver'],
};
const MOST_CASES = 4;

interface Practitioner {
  readonly name: string;
  readonly appointed_on: Day;
  readonly ceased_to_act_on?: Day;
}

interface Case {
  /** Text in most documents, a number in some. */
  readonly number: string | number;
  readonly type: string;
  readonly dates?: readonly { readonly type: string; readonly date: Day }[];
  readonly practitioners?: readonly Practitioner[];
}

/** The first case of a company begins, or there is more to tell of those it has. */
export function stirInsolvency(household: Household, scene: Scene): Telling[] {
  const cases = casesOf(household);
  const last = cases.at(-1);
  const { company_status: status } = household.life.profile;
  if (last === undefined || (cases.length < MOST_CASES && chance(scene.random, 0.15))) {
    const begun = begin(scene, cases.length + 1, status);
    const form = COURSES[begun.type]?.form ?? FORMS.progress;
    return [tellCases(household, scene, [...cases, begun]), file(household, scene, form)];
  }
  const told = tellCases(household, scene, [...cases.slice(0, -1), goOn(last, scene)]);
  return chance(scene.random, 0.4) ? [told, file(household, scene, FORMS.progress)] : [told];
}

/** The company is dissolved, which ends its last case. */
export function endInsolvency(household: Household, scene: Scene): Telling[] {
  const cases = casesOf(household);
  const last = cases.at(-1);
  if (last === undefined) return [];
  return [tellCases(household, scene, [...cases.slice(0, -1), addDay(last, 'dissolved-on', scene.today)])];
}

function casesOf({ insolvency }: Household): readonly Case[] {
  return (insolvency?.data.cases ?? []) as readonly Case[];
}

function begin(scene: Scene, number: number, status: string): Case {
  const { random, today } = scene;
  const type = pick(random, number === 1 && isTrouble(status) ? FIRST_CASES[status] : Object.keys(COURSES));
  const begun = { number: chance(random, 0.1) ? number : String(number), type };
  const [first] = COURSES[type]?.days ?? [];
  // Some cases are told before anything is known of them.
  if (first === undefined || chance(random, 0.2)) return begun;
  const practitioners = Array.from({ length: 1 + int(random, 2) }, () => appoint(scene));
  return { ...addDay(begun, first, addDays(today, -int(random, 7))), practitioners };
}

/** The next day of the course; where there is none, or by chance, somebody else takes the case over. */
function goOn(held: Case, scene: Scene): Case {
  const { random, today } = scene;
  const { dates = [], practitioners = [] } = held;
  const next = COURSES[held.type]?.days[dates.length];
  if (next !== undefined && chance(random, 0.6)) return addDay(held, next, today);
  const ceased = practitioners.map((practitioner) => ({ ceased_to_act_on: today, ...practitioner }));
  return { ...held, practitioners: [appoint(scene), ...ceased].slice(0, 4) };
}

function addDay(held: Case, type: string, date: Day): Case {
  return { ...held, dates: [...(held.dates ?? []), { type, date }] };
}

function appoint(scene: Scene): Practitioner & Readonly<Record<string, unknown>> {
  const { forename, surname } = inventPersonName(scene);
  return {
    name: `${forename} ${surname}`,
    role: 'practitioner',
    appointed_on: scene.today,
    address: inventServiceAddress(scene, 'england-wales'),
  };
}

/** All cases of a company are one document. */
function tellCases(household: Household, { random }: Scene, cases: readonly Case[]): Telling {
  const members = { etag: newEtag(random), cases, ...statusOf(household, random) };
  if (household.insolvency !== undefined) return change(household.insolvency, members);
  const id = household.life.companyNumber;
  const place = { stream: 'insolvency-cases', kind: 'company-insolvency', path: 'insolvency', id } as const;
  household.insolvency = belong(household, place, members);
  return tell(household.insolvency);
}

/** The status is a list, text or missing. */
function statusOf(
  { life: { profile } }: Household,
  random: Random,
): { readonly status?: string | readonly string[] } {
  const status = isTrouble(profile.company_status) ? profile.company_status : 'liquidation';
  if (chance(random, 0.6)) return {};
  return chance(random, 0.5) ? { status: [status] } : { status };
}
