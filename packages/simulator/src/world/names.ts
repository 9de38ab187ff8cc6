import { createLottery, pick } from '../random.ts';
import type { GenerationContext } from './generation-context.ts';

const TRADES = [
  'ORCHARD', 'TANNERY', 'CANAL', 'FOUNDRY', 'MARKET', 'MILL', 'QUAY', 'CHAPEL', 'STATION', 'JOINERY',
  'BAKERY', 'ROOFING', 'HAULAGE', 'PROPERTIES', 'CONSULTING', 'SOFTWARE', 'PLUMBING', 'FARMS', 'HOLDINGS', 'BREWERY',
] as const; // biome-ignore format: a list of words reads best as a block

type Style = (context: GenerationContext) => string;

const surname: Style = ({ random, words }) => pick(random, words.surnames).toUpperCase();
const trade: Style = ({ random }) => pick(random, TRADES);

/**
 * The styles include names that break careless readers: `&`, `<`, letters of several bytes, emoji of four bytes.
 * Letters beyond Latin-1 are as rare as in the register, because one of them doubles the memory of a whole batch.
 */
const STYLES: readonly (readonly [weight: number, style: Style])[] = [
  [8000, (context) => `${surname(context)} ${trade(context)}`],
  [1000, (context) => `${surname(context)} & ${surname(context)} ${trade(context)}`],
  [500, (context) => `${surname(context)}'S ${trade(context)} & SONS`],
  [290, (context) => `CAFÉ ${surname(context)}`],
  [10, (context) => `"${surname(context)}" CAFÉ, BAR`],
  [6, (context) => `CWMNI DŴR ${surname(context)} TŶ GŴYL`],
  [80, (context) => `<${surname(context)}> ${trade(context)}`],
  [10, (context) => `${surname(context)} 🐝 HONEY`],
];

const drawStyle = createLottery(STYLES);
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  ltd: ['LTD', 'LIMITED'],
  plc: ['PLC'],
  llp: ['LLP'],
  'oversea-company': ['INC', 'B.V.'],
  'community-interest-company': ['CIC', 'C.I.C.'],
};

/** Invents a company name in capitals, with the ending of its type or subtype. */
export function inventName(context: GenerationContext, type: string): string {
  return `${drawStyle(context.random)(context)} ${pick(context.random, ENDINGS[type] ?? ['SOCIETY LIMITED'])}`;
}
