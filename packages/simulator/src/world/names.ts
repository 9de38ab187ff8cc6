import { createLottery, pick } from '../random.ts';
import type { Scene } from './scene.ts';

const TRADES = [
  'ORCHARD', 'TANNERY', 'CANAL', 'FOUNDRY', 'MARKET', 'MILL', 'QUAY', 'CHAPEL', 'STATION', 'JOINERY',
  'BAKERY', 'ROOFING', 'HAULAGE', 'PROPERTIES', 'CONSULTING', 'SOFTWARE', 'PLUMBING', 'FARMS', 'HOLDINGS', 'BREWERY',
] as const; // biome-ignore format: a list of words reads best as a block

type Style = (scene: Scene) => string;

const surname: Style = ({ random, words }) => pick(random, words.surnames).toUpperCase();
const trade: Style = ({ random }) => pick(random, TRADES);

/**
 * Beside plain names those that break careless readers: `&`, `<`, several bytes to a letter, four to an emoji.
 * Letters beyond Latin-1 are as rare as in the register: one of them makes a whole batch wide in memory.
 */
const STYLES: readonly (readonly [weight: number, style: Style])[] = [
  [8000, (scene) => `${surname(scene)} ${trade(scene)}`],
  [1000, (scene) => `${surname(scene)} & ${surname(scene)} ${trade(scene)}`],
  [500, (scene) => `${surname(scene)}'S ${trade(scene)} & SONS`],
  [290, (scene) => `CAFÉ ${surname(scene)}`],
  [10, (scene) => `"${surname(scene)}" CAFÉ, BAR`],
  [6, (scene) => `CWMNI DŴR ${surname(scene)} TŶ GŴYL`],
  [80, (scene) => `<${surname(scene)}> ${trade(scene)}`],
  [10, (scene) => `${surname(scene)} 🐝 HONEY`],
];

const drawStyle = createLottery(STYLES);
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  ltd: ['LTD', 'LIMITED'],
  plc: ['PLC'],
  llp: ['LLP'],
  'oversea-company': ['INC', 'B.V.'],
  'community-interest-company': ['CIC', 'C.I.C.'],
};

/** Invents a company name in the register's capitals, with the ending of its type or subtype. */
export function inventName(scene: Scene, type: string): string {
  return `${drawStyle(scene.random)(scene)} ${pick(scene.random, ENDINGS[type] ?? ['SOCIETY LIMITED'])}`;
}
