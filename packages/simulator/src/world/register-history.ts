import { chance, type Random } from '../random.ts';
import { changeCompany, createCompany } from './company.ts';
import { companyEvent, deleteUnknownCompany, UNKNOWN_COMPANY_SHARE } from './company-events.ts';
import type { History } from './company-history.ts';
import { createDisqualifications } from './disqualifications.ts';
import type { ResourceEvent } from './event.ts';
import type { GenerationContext } from './generation-context.ts';
import { createPopulation } from './population.ts';
import { generateActivity } from './records/activity.ts';
import { type CompanyRecords, createRecords } from './records/company-records.ts';
import { consequencesOf } from './records/consequences.ts';
import { changeExemptions } from './records/exemptions.ts';
import { createInitialRecords } from './records/initial-records.ts';
import { createWaves } from './records/republish.ts';
import { createRegistrar, type Registration } from './registration.ts';

/** The probability that a change of a known company does not show in its profile. */
const ACTIVITY_SHARE = 0.65;
const DISQUALIFICATION_SHARE = 0.001;
/** Events of these two streams are rare. The first one of each is therefore forced, after this many steps. */
const FIRST_DISQUALIFICATION = 150;
const FIRST_EXEMPTION = 250;

/** Generates the whole register: a change of a company has an event on every stream that shows it. */
export function createRegisterHistory(random: Random): History {
  const registrar = createRegistrar(random);
  const population = createPopulation<CompanyRecords>(random);
  const disqualification = createDisqualifications();
  const republication = createWaves();
  let steps = 0;

  const addCompany = (registration: Registration, context: GenerationContext): ResourceEvent[] => {
    const records = createRecords(createCompany(context, registration));
    population.add(records);
    const recordEvents = createInitialRecords(records, context);
    const { companyNumber, profile } = records.company;
    const profileEvent = companyEvent(companyNumber, { type: 'changed', data: profile });
    // The other records of a company can be published before its profile.
    return chance(random, 0.2) ? [...recordEvents, profileEvent] : [profileEvent, ...recordEvents];
  };
  const addTradedCompany = (context: GenerationContext): ResourceEvent[] => {
    let registration = registrar();
    // A plc has a number of digits alone.
    while (!/^\d+$/.test(registration.companyNumber)) registration = registrar();
    const events = addCompany({ ...registration, type: 'plc', subtype: undefined }, context);
    const records = population.members.at(-1);
    return records === undefined ? events : [...events, ...changeExemptions(records, context)];
  };

  return (context) => {
    steps += 1;
    if (steps === FIRST_DISQUALIFICATION || chance(random, DISQUALIFICATION_SHARE))
      return [disqualification(context)];
    if (steps === FIRST_EXEMPTION) return addTradedCompany(context);
    const republished = republication(population.members, context);
    if (republished !== undefined) return republished;
    if (chance(random, UNKNOWN_COMPANY_SHARE))
      return [deleteUnknownCompany(registrar().companyNumber, random)];
    const known = population.choose();
    return known === undefined ? addCompany(registrar(), context) : changeKnownCompany(known, context);
  };
}

function changeKnownCompany(records: CompanyRecords, context: GenerationContext): ResourceEvent[] {
  const { random } = context;
  if (chance(random, ACTIVITY_SHARE)) return generateActivity(records, context);
  const { company } = records;
  const { profile: previous, before } = company;
  const profileEvent = companyEvent(company.companyNumber, changeCompany(company, context));
  // The same document or an earlier one was republished: nothing changed, so nothing follows from it.
  if (company.profile === previous || company.profile === before) return [profileEvent];
  const consequences = consequencesOf(records, previous, context);
  return chance(random, 0.5) ? [...consequences, profileEvent] : [profileEvent, ...consequences];
}
