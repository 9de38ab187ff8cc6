/** The register and the type of a company of the padding. */
export interface PaddingKind {
  readonly register: Register;
  readonly type: string;
  readonly subtype?: 'community-interest-company';
  readonly ending: string;
  /** The file has only the name of some charities. */
  readonly isTerse?: boolean;
}

/** A source of numbers: the upper half of a register, which no stream uses. */
export interface Register {
  readonly prefix: string;
  readonly jurisdiction: string;
  /** The lowest number, and the count of numbers from it on. */
  readonly half: number;
  /** The number of companies of this register in a hundred consecutive ones. */
  readonly share: number;
}

const register = (prefix: string, jurisdiction: string, share: number): Register => ({
  prefix,
  jurisdiction,
  half: prefix === '' ? 50_000_000 : 500_000,
  share,
});

const ENGLAND = register('', 'england-wales', 85);
const SCOTLAND = register('SC', 'scotland', 4);
const NORTHERN_IRELAND = register('NI', 'northern-ireland', 2);
const PARTNERSHIPS = register('OC', 'england-wales', 2);
const LIMITED_PARTNERSHIPS = register('LP', 'england-wales', 1);
const CHARITIES = register('CE', 'england-wales', 1);
const SCOTTISH_CHARITIES = register('CS', 'scotland', 1);
const FOREIGN = register('FC', 'noneu', 1);
const OVERSEAS = register('OE', 'united-kingdom', 1);
const SOCIETIES = register('RS', 'england-wales', 1);
const ROYAL = register('RC', 'england-wales', 1);

const many = (count: number, kind: PaddingKind): PaddingKind[] => Array.from({ length: count }, () => kind);
const of = (at: Register, type: string, ending: string): PaddingKind => ({ register: at, type, ending });

/** The kinds of a hundred consecutive companies. Every category of the file is among them. */
export const PADDING_KINDS: readonly PaddingKind[] = [
  ...many(54, of(ENGLAND, 'ltd', 'LIMITED')),
  ...many(20, of(ENGLAND, 'ltd', 'LTD')),
  { ...of(ENGLAND, 'ltd', 'C.I.C.'), subtype: 'community-interest-company' },
  { ...of(ENGLAND, 'private-limited-guarant-nsc', 'CIC'), subtype: 'community-interest-company' },
  ...many(3, of(ENGLAND, 'private-limited-guarant-nsc', 'LIMITED')),
  of(ENGLAND, 'private-limited-guarant-nsc-limited-exemption', 'TRUST'),
  of(ENGLAND, 'private-limited-shares-section-30-exemption', 'ASSOCIATION'),
  of(ENGLAND, 'plc', 'PLC'),
  of(ENGLAND, 'private-unlimited', 'UNLIMITED'),
  of(ENGLAND, 'private-unlimited-nsc', 'UNLIMITED'),
  of(ENGLAND, 'united-kingdom-societas', 'UKS'),
  ...many(4, of(SCOTLAND, 'ltd', 'LIMITED')),
  ...many(2, of(NORTHERN_IRELAND, 'ltd', 'LTD')),
  ...many(2, of(PARTNERSHIPS, 'llp', 'LLP')),
  of(LIMITED_PARTNERSHIPS, 'limited-partnership', 'L.P.'),
  { ...of(CHARITIES, 'charitable-incorporated-organisation', 'CIO'), isTerse: true },
  { ...of(SCOTTISH_CHARITIES, 'scottish-charitable-incorporated-organisation', 'SCIO'), isTerse: true },
  of(FOREIGN, 'oversea-company', 'INC'),
  of(OVERSEAS, 'registered-overseas-entity', 'S.A.'),
  of(SOCIETIES, 'registered-society-non-jurisdictional', 'SOCIETY LIMITED'),
  of(ROYAL, 'royal-charter', 'INSTITUTE'),
];
