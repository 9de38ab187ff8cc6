import { chance, int, pick, type Random } from '../random.ts';
import type { Address } from './profile.ts';
import type { Scene } from './scene.ts';

const COUNTRIES: Readonly<Record<string, readonly string[]>> = {
  'england-wales': ['England', 'United Kingdom', 'Wales', ''],
  scotland: ['Scotland', ''],
  'northern-ireland': ['Northern Ireland', ''],
  noneu: ['Guernsey', 'Norway', 'United States', ''],
};
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const WELSH_HOUSES = ['Tŷ Gwyn', 'Llys y Dŵr', 'Tŷ’r Ŵyn'] as const;

/** Invents a registered office. */
export function inventAddress(scene: Scene, jurisdiction: string): Address {
  const { random, words } = scene;
  return {
    address_line_1: firstLine(scene),
    address_line_2: chance(random, 0.45) ? street(scene) : undefined,
    country: pick(random, COUNTRIES[jurisdiction] ?? ['']) || undefined,
    locality: pick(random, words.towns),
    po_box: chance(random, 0.03) ? String(100 + int(random, 900)) : undefined,
    postal_code: postalCode(random),
    region: chance(random, 0.35) ? pick(random, words.counties) : undefined,
  };
}

/** Where an officer or a controller is served: the house comes in a member of its own. */
export function inventServiceAddress(
  scene: Scene,
  jurisdiction: string,
): Address & { readonly premises: string } {
  return { ...inventAddress(scene, jurisdiction), premises: String(1 + int(scene.random, 199)) };
}

function street({ random, words }: Scene): string {
  return `${1 + int(random, 199)} ${pick(random, words.streets)}`;
}

function firstLine(scene: Scene): string {
  if (chance(scene.random, 0.0005)) return `${pick(scene.random, WELSH_HOUSES)}, ${street(scene)}`;
  // A line separator that stands raw inside a string: readers must split on \n only.
  if (chance(scene.random, 0.0005)) return `Unit ${int(scene.random, 9)}\u2028${street(scene)}`;
  return street(scene);
}

/** No postcode area is called ZZ. */
function postalCode(random: Random): string {
  const letter = () => ALPHABET.charAt(int(random, ALPHABET.length));
  return `ZZ${1 + int(random, 99)} ${int(random, 10)}${letter()}${letter()}`;
}
