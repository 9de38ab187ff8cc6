import { chance, int, pick, type Random } from '../random.ts';
import type { GenerationContext } from './generation-context.ts';
import type { Address } from './profile.ts';

const COUNTRIES: Readonly<Record<string, readonly string[]>> = {
  'england-wales': ['England', 'United Kingdom', 'Wales', ''],
  scotland: ['Scotland', ''],
  'northern-ireland': ['Northern Ireland', ''],
  noneu: ['Guernsey', 'Norway', 'United States', ''],
};
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const WELSH_HOUSES = ['Tŷ Gwyn', 'Llys y Dŵr', 'Tŷ’r Ŵyn'] as const;

/** Invents a registered office. */
export function inventAddress(context: GenerationContext, jurisdiction: string): Address {
  const { random, words } = context;
  return {
    address_line_1: firstLine(context),
    address_line_2: chance(random, 0.45) ? street(context) : undefined,
    country: pick(random, COUNTRIES[jurisdiction] ?? ['']) || undefined,
    locality: pick(random, words.towns),
    po_box: chance(random, 0.03) ? String(100 + int(random, 900)) : undefined,
    postal_code: postalCode(random),
    region: chance(random, 0.35) ? pick(random, words.counties) : undefined,
  };
}

/** Invents the service address of an officer or a controller. The house number is in `premises`. */
export function inventServiceAddress(
  context: GenerationContext,
  jurisdiction: string,
): Address & { readonly premises: string } {
  return { ...inventAddress(context, jurisdiction), premises: String(1 + int(context.random, 199)) };
}

function street({ random, words }: GenerationContext): string {
  return `${1 + int(random, 199)} ${pick(random, words.streets)}`;
}

function firstLine(context: GenerationContext): string {
  if (chance(context.random, 0.0005)) return `${pick(context.random, WELSH_HOUSES)}, ${street(context)}`;
  // A raw line separator inside of a string: readers must split on \n only.
  if (chance(context.random, 0.0005)) return `Unit ${int(context.random, 9)}\u2028${street(context)}`;
  return street(context);
}

/** Invents a postcode. No real one is of the area ZZ. */
function postalCode(random: Random): string {
  const letter = () => ALPHABET.charAt(int(random, ALPHABET.length));
  return `ZZ${1 + int(random, 99)} ${int(random, 10)}${letter()}${letter()}`;
}
