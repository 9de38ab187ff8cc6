import { chance, int, pick, type Random } from '../../random.ts';
import { inventServiceAddress } from '../addresses.ts';
import { addDays, type Day } from '../calendar.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import { type InsolvencyStatus, isInsolvent } from '../profile.ts';
import { type CompanyRecords, createCompanyResource } from './company-records.ts';
import { fileForm } from './filings.ts';
import { FORMS, type Form } from './forms.ts';
import { inventPersonName } from './people.ts';
import { change, emitCurrent } from './resource-events.ts';

/** The types of case: the days of each in their order, and the form that opens it. */
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

/** The possible types of the first case of a company, by its status. */
const FIRST_CASES: Readonly<Record<InsolvencyStatus, readonly string[]>> = {
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

/** Opens a case of a company or continues its last one. */
export function changeInsolvency(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const cases = casesOf(records);
  const last = cases.at(-1);
  const { company_status: status } = records.company.profile;
  if (last === undefined || (cases.length < MOST_CASES && chance(context.random, 0.15))) {
    const opened = beginCase(context, cases.length + 1, status);
    const form = COURSES[opened.type]?.form ?? FORMS.progress;
    return [emitCases(records, context, [...cases, opened]), fileForm(records, context, form)];
  }
  const event = emitCases(records, context, [...cases.slice(0, -1), continueCase(last, context)]);
  return chance(context.random, 0.4) ? [event, fileForm(records, context, FORMS.progress)] : [event];
}

/** Ends the last case of a company that is dissolved. */
export function endInsolvency(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const cases = casesOf(records);
  const last = cases.at(-1);
  if (last === undefined) return [];
  return [emitCases(records, context, [...cases.slice(0, -1), addDay(last, 'dissolved-on', context.today)])];
}

function casesOf({ insolvency }: CompanyRecords): readonly Case[] {
  return (insolvency?.data.cases ?? []) as readonly Case[];
}

function beginCase(context: GenerationContext, number: number, status: string): Case {
  const { random, today } = context;
  const type = pick(random, number === 1 && isInsolvent(status) ? FIRST_CASES[status] : Object.keys(COURSES));
  const opened = { number: chance(random, 0.1) ? number : String(number), type };
  const [first] = COURSES[type]?.days ?? [];
  // Some cases are published before they have a day or a practitioner.
  if (first === undefined || chance(random, 0.2)) return opened;
  const practitioners = Array.from({ length: 1 + int(random, 2) }, () => appointPractitioner(context));
  return { ...addDay(opened, first, addDays(today, -int(random, 7))), practitioners };
}

/** Adds the next day of the case. By chance, or if there is none, the practitioner is replaced instead. */
function continueCase(held: Case, context: GenerationContext): Case {
  const { random, today } = context;
  const { dates = [], practitioners = [] } = held;
  const next = COURSES[held.type]?.days[dates.length];
  if (next !== undefined && chance(random, 0.6)) return addDay(held, next, today);
  const ceased = practitioners.map((practitioner) => ({ ceased_to_act_on: today, ...practitioner }));
  return { ...held, practitioners: [appointPractitioner(context), ...ceased].slice(0, 4) };
}

function addDay(held: Case, type: string, date: Day): Case {
  return { ...held, dates: [...(held.dates ?? []), { type, date }] };
}

function appointPractitioner(context: GenerationContext): Practitioner & Readonly<Record<string, unknown>> {
  const { forename, surname } = inventPersonName(context);
  return {
    name: `${forename} ${surname}`,
    role: 'practitioner',
    appointed_on: context.today,
    address: inventServiceAddress(context, 'england-wales'),
  };
}

/** Emits the cases of a company. One document has all of them. */
function emitCases(
  records: CompanyRecords,
  { random }: GenerationContext,
  cases: readonly Case[],
): ResourceEvent {
  const members = { etag: newEtag(random), cases, ...statusOf(records, random) };
  if (records.insolvency !== undefined) return change(records.insolvency, members);
  const id = records.company.companyNumber;
  const place = { stream: 'insolvency-cases', kind: 'company-insolvency', path: 'insolvency', id } as const;
  records.insolvency = createCompanyResource(records, place, members);
  return emitCurrent(records.insolvency);
}

/** Draws the form of the status: a list, a text or no member. */
function statusOf(
  { company: { profile } }: CompanyRecords,
  random: Random,
): { readonly status?: string | readonly string[] } {
  const status = isInsolvent(profile.company_status) ? profile.company_status : 'liquidation';
  if (chance(random, 0.6)) return {};
  return chance(random, 0.5) ? { status: [status] } : { status };
}
