import { createLottery, int, type Random } from '../random.ts';

/** The number of a company, its type and its jurisdiction. */
export interface Registration {
  readonly companyNumber: string;
  readonly type: string;
  readonly subtype: 'community-interest-company' | undefined;
  readonly jurisdiction: string;
}

/** The type of a company of another country with a UK establishment. */
export const FOREIGN = 'oversea-company';
/** The type of a foreign entity that owns land in the UK. */
export const OVERSEAS = 'registered-overseas-entity';

type Legal = Pick<Registration, 'type' | 'subtype'>;

interface Register {
  readonly jurisdiction: string;
  readonly drawType: (random: Random) => Legal;
  /** How many numbers the streams use: the lower half. The upper half is for companies that only files have. */
  readonly size: number;
  readonly write: (serial: number) => string;
}

const padded = (serial: number, digits: number) => String(serial).padStart(digits, '0');
const plain = (type: string): Legal => ({ type, subtype: undefined });
const community = (type: string): Legal => ({ type, subtype: 'community-interest-company' });
const only = (type: string) => () => plain(type);

const ENGLAND: Register = {
  jurisdiction: 'england-wales',
  drawType: createLottery([
    [88, plain('ltd')],
    [2, community('ltd')],
    [5, plain('private-limited-guarant-nsc')],
    [2, community('private-limited-guarant-nsc')],
    [3, plain('plc')],
  ]),
  size: 50_000_000,
  write: (serial) => padded(serial, 8),
};
const SCOTLAND: Register = {
  jurisdiction: 'scotland',
  drawType: only('ltd'),
  size: 500_000,
  write: (serial) => `SC${padded(serial, 6)}`,
};
const NORTHERN_IRELAND: Register = {
  jurisdiction: 'northern-ireland',
  drawType: only('ltd'),
  size: 500_000,
  write: (serial) => `NI${padded(serial, 6)}`,
};
const PARTNERSHIPS: Register = {
  jurisdiction: 'england-wales',
  drawType: only('llp'),
  size: 500_000,
  write: (serial) => `OC${padded(serial, 6)}`,
};
const SOCIETIES: Register = {
  jurisdiction: 'england-wales',
  drawType: only('registered-society-non-jurisdictional'),
  size: 50_000,
  write: (serial) => `IP${padded(serial, 5)}R`,
};
const OVERSEAS_ENTITIES: Register = {
  jurisdiction: 'united-kingdom',
  drawType: only(OVERSEAS),
  size: 500_000,
  write: (serial) => `OE${padded(serial, 6)}`,
};

const FOREIGN_COMPANIES: Register = {
  jurisdiction: 'noneu',
  drawType: only(FOREIGN),
  size: 500_000,
  write: (serial) => `FC${padded(serial, 6)}`,
};

// Coprime to every power of ten: its multiples visit every number of a register once.
const STRIDE = 61_803;

/** Creates a source of registrations. It uses each company number once. */
export function createRegistrar(random: Random): () => Registration {
  const draw = createLottery([
    [78, numbering(random, ENGLAND)],
    [12, numbering(random, SCOTLAND)],
    [6, numbering(random, NORTHERN_IRELAND)],
    [3, numbering(random, PARTNERSHIPS)],
    [1, numbering(random, SOCIETIES)],
    [2, numbering(random, OVERSEAS_ENTITIES)],
    [2, numbering(random, FOREIGN_COMPANIES)],
  ]);
  return () => draw(random)();
}

function numbering(random: Random, register: Register): () => Registration {
  let serial = int(random, register.size);
  return () => {
    serial = (serial + STRIDE) % register.size;
    return {
      companyNumber: register.write(serial),
      ...register.drawType(random),
      jurisdiction: register.jurisdiction,
    };
  };
}
