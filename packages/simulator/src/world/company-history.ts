import { chance, type Random } from '../random.ts';
import { type Company, changeCompany, createCompany } from './company.ts';
import { companyEvent, deleteUnknownCompany, UNKNOWN_COMPANY_SHARE } from './company-events.ts';
import type { ResourceEvent } from './event.ts';
import type { GenerationContext } from './generation-context.ts';
import { createPopulation } from './population.ts';
import { createRegistrar } from './registration.ts';

/** Generates the next change of the register and returns its events. */
export type History = (context: GenerationContext) => ResourceEvent[];

/** Generates only companies: first many new ones, later mostly events of known ones, in bursts. */
export function createCompanyHistory(random: Random): History {
  const registrar = createRegistrar(random);
  const population = createPopulation<Company>(random);
  return (context) => {
    if (chance(random, UNKNOWN_COMPANY_SHARE))
      return [deleteUnknownCompany(registrar().companyNumber, random)];
    const known = population.choose();
    if (known !== undefined) return [companyEvent(known.companyNumber, changeCompany(known, context))];
    const company = createCompany(context, registrar());
    population.add(company);
    return [companyEvent(company.companyNumber, { type: 'changed', data: company.profile })];
  };
}
