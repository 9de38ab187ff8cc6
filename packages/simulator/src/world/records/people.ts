import { chance, int, pick } from '../../random.ts';
import type { GenerationContext } from '../generation-context.ts';

const NATIONALITIES = ['British', 'Irish', 'Welsh', 'Polish', 'Indian', 'Italian'] as const;
const FORENAMES = 'Robin Wren Jules Sage Noel Kit Harper Casey Zoë Renée'.split(' ');

/** The parts of an invented name. */
export interface PersonName {
  readonly title: string;
  readonly forename: string;
  readonly surname: string;
}

/** Invents a name. */
export function inventPersonName({ random, words }: GenerationContext): PersonName {
  const title = pick(random, ['Mr', 'Ms', 'Mrs', 'Dr']);
  const middle = chance(random, 0.3) ? ` ${pick(random, FORENAMES)}` : '';
  return { title, forename: `${pick(random, FORENAMES)}${middle}`, surname: pick(random, words.surnames) };
}

/** Invents the members of a natural person other than the name. Officers and controllers have them. */
export function inventPerson({ random }: GenerationContext): Readonly<Record<string, unknown>> {
  return {
    nationality: pick(random, NATIONALITIES),
    country_of_residence: pick(random, ['England', 'Scotland', 'Wales', 'United Kingdom']),
    date_of_birth: { month: 1 + int(random, 12), year: 1940 + int(random, 65) },
  };
}

/** Invents the number of a company that is not part of this register. */
export function inventRegistrationNumber({ random }: GenerationContext): string {
  return String(10_000_000 + int(random, 80_000_000));
}
