import { chance, int, pick, type Random } from '../../random.ts';
import type { Words } from '../../world/words.ts';
import type { ListedAddress, ListedCompany, ListedName } from './listed-company.ts';
import type { PaddingCalendar } from './padding-calendar.ts';
import { SIC_TEXTS } from './sic-texts.ts';

/** Invents details of companies that no stream publishes. Days are numbers of the calendar. */
export interface PaddingDetails {
  birthday(random: Random): number;
  name(random: Random): string;
  origin(random: Random): ListedCompany['foreign_company_details'];
  previousNames(random: Random, created: number, ending: string): readonly ListedName[] | undefined;
  address(random: Random): ListedAddress;
  business(random: Random): readonly string[] | undefined;
}

const MOST_NAMES = 10;
const TRADES = 'ORCHARD TANNERY CANAL FOUNDRY MARKET MILL QUAY CHAPEL STATION JOINERY'.split(' ');
const COUNTRIES = ['England', 'United Kingdom', 'Wales', 'Scotland'];
const ORIGINS = ['CHANNEL ISLANDS', 'MONGOLIA', 'NORWAY', 'UNITED STATES'];
const LETTERS = 'ABDEFGHJLNPQRSTUWXYZ';
const SIC_CODES = [...SIC_TEXTS.keys()];

/** Creates the details from the words of a world. */
export function createPaddingDetails(words: Words, { day, today }: PaddingCalendar): PaddingDetails {
  const surnames = words.surnames.map((surname) => surname.toUpperCase());
  const street = (random: Random) => `${1 + int(random, 199)} ${pick(random, words.streets)}`;
  const name = (random: Random) => inventName(random, surnames);

  return {
    // Most companies are young.
    birthday: (random) => today - 1 - Math.floor(random() ** 2 * (today - 1)),
    name,
    origin: (random) => ({
      originating_registry: { country: pick(random, ORIGINS), name: `${pick(random, words.towns)} Registry` },
    }),
    previousNames(random, created, ending) {
      if (!chance(random, 0.12)) return undefined;
      const count = chance(random, 0.9) ? 1 : 1 + int(random, MOST_NAMES);
      const step = Math.max(1, Math.floor((today - created) / (count + 1)));
      // The latest name is first.
      return Array.from({ length: count }, (_, place) => ({
        name: `${name(random)} ${ending}`,
        ceased_on: day(Math.min(today, created + (count - place) * step)),
        effective_from: day(Math.min(today, created + (count - place - 1) * step)),
      }));
    },
    address: (random) => ({
      address_line_1: street(random),
      address_line_2: chance(random, 0.4) ? street(random) : undefined,
      care_of: chance(random, 0.02) ? pick(random, surnames) : undefined,
      country: chance(random, 0.7) ? pick(random, COUNTRIES) : undefined,
      locality: pick(random, words.towns),
      po_box: chance(random, 0.01) ? String(1 + int(random, 999)) : undefined,
      postal_code: postalCode(random),
      region: chance(random, 0.3) ? pick(random, words.counties) : undefined,
    }),
    business(random) {
      if (chance(random, 0.02)) return undefined;
      const first = int(random, SIC_CODES.length);
      const count = chance(random, 0.85) ? 1 : 2 + int(random, 3);
      return SIC_CODES.slice(first, first + count);
    },
  };
}

/** Invents a name. Some names break careless readers of CSV files: quotes, commas, spaces, letters of several bytes. */
function inventName(random: Random, surnames: readonly string[]): string {
  const surname = pick(random, surnames);
  const style = random();
  if (style < 0.004) return `"${surname}" ${pick(random, TRADES)}`;
  if (style < 0.012) return `${surname}, ${pick(random, surnames)} & CO`;
  if (style < 0.016) return `! ${surname}`;
  if (style < 0.02) return `CAFÉ ${surname}`;
  if (style < 0.2) return `${surname} & ${pick(random, surnames)} ${pick(random, TRADES)}`;
  return `${surname} ${pick(random, TRADES)}`;
}

/** Invents a postcode. No real one is of the area ZZ. */
function postalCode(random: Random): string {
  const letter = () => LETTERS.charAt(int(random, LETTERS.length));
  return `ZZ${1 + int(random, 99)} ${int(random, 10)}${letter()}${letter()}`;
}
