import { chance, type Random } from '../random.ts';
import type { Telling } from './event.ts';
import { beginLife, continueLife, type Life } from './lives.ts';
import { createPopulation } from './population.ts';
import { createRegistrar } from './registration.ts';
import type { Scene } from './scene.ts';
import { NOBODY_SHARE, tellCompany, tellNobody } from './tell-company.ts';

/** Lets the next thing happen, and says what is told of it. */
export type History = (scene: Scene) => Telling[];

/** The companies of the register: first many new ones, later mostly events of known ones, in bursts. */
export function createCompanyHistory(random: Random): History {
  const registrar = createRegistrar(random);
  const population = createPopulation<Life>(random);
  return (scene) => {
    if (chance(random, NOBODY_SHARE)) return [tellNobody(registrar().companyNumber, random)];
    const known = population.choose();
    if (known !== undefined) return [tellCompany(known.companyNumber, continueLife(known, scene))];
    const life = beginLife(scene, registrar());
    population.add(life);
    return [tellCompany(life.companyNumber, { type: 'changed', data: life.profile })];
  };
}
