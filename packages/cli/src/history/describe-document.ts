// Describes in a few words which filing, officer or charge a document is, as its URI does not show that to a person.
// Any field of a document may be missing or have another type, so each fact is used only when it has the right type.

type Document = Readonly<Record<string, unknown>>;

/** The facts that identify a document for a person. */
export interface About {
  /** Such as `filing` or `officer`. */
  readonly thing: string;
  /** The facts that distinguish it from others of its kind, by the names of the publisher. */
  readonly facts: Readonly<Record<string, string>>;
}

interface Description {
  readonly thing: string;
  /** The name of each fact, with the words before it in a text. */
  readonly facts: (
    document: Document,
  ) => readonly (readonly [name: string, value: unknown, words?: string])[];
}

const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  companies: {
    thing: 'company',
    facts: (it) => [
      ['company_name', it.company_name],
      ['company_status', it.company_status],
      ['company_status_detail', it.company_status_detail],
      ['type', it.type],
      ['date_of_creation', it.date_of_creation, 'incorporated'],
      ['date_of_cessation', it.date_of_cessation, 'ceased'],
    ],
  },
  filings: {
    thing: 'filing',
    facts: (it) => [
      ['date', it.date, 'of'],
      ['type', it.type],
      ['description', it.description ?? it.original_description],
    ],
  },
  officers: {
    thing: 'officer',
    facts: (it) => [
      ['name', it.name],
      ['officer_role', it.officer_role],
      ['appointed_on', it.appointed_on, 'appointed'],
      ['appointed_before', it.appointed_before, 'appointed before'],
      ['resigned_on', it.resigned_on, 'resigned'],
    ],
  },
  'persons-with-significant-control': {
    thing: 'controller',
    facts: (it) => [
      ['name', it.name ?? it.description ?? it.kind],
      ['natures_of_control', it.natures_of_control],
      ['notified_on', it.notified_on, 'notified'],
      ['ceased_on', it.ceased_on, 'ceased'],
    ],
  },
  charges: {
    thing: 'charge',
    facts: (it) => [
      ['charge_code', it.charge_code ?? it.charge_number],
      ['status', it.status],
      ['created_on', it.created_on, 'created'],
      ['persons_entitled', each(it.persons_entitled, (person) => person.name), 'for'],
      ['satisfied_on', it.satisfied_on, 'satisfied'],
    ],
  },
  'insolvency-cases': {
    thing: 'insolvency',
    facts: (it) => [
      ['status', it.status],
      ['cases', each(it.cases, (one) => one.type), 'cases'],
    ],
  },
  'disqualified-officers': {
    thing: 'disqualification',
    facts: (it) => [
      [
        'name',
        it.name ?? [it.forename, it.other_forenames, it.surname].map(textOf).filter(Boolean).join(' '),
        'of',
      ],
      ['disqualified_from', each(it.disqualifications, (one) => one.disqualified_from), 'from'],
      ['disqualified_until', each(it.disqualifications, (one) => one.disqualified_until), 'until'],
    ],
  },
  'company-exemptions': {
    thing: 'exemptions',
    facts: (it) => [['exemptions', isDocument(it.exemptions) ? Object.keys(it.exemptions) : null]],
  },
  'persons-with-significant-control-statements': {
    thing: 'statement',
    facts: (it) => [
      ['statement', it.statement],
      ['linked_psc_name', it.linked_psc_name, 'about'],
      ['notified_on', it.notified_on, 'notified'],
      ['ceased_on', it.ceased_on, 'ceased'],
    ],
  },
};

/** Describes a document of a stream. Null when the document has none of the facts. */
export function describeDocument(stream: string, document: Document | null): About | null {
  const description = DESCRIPTIONS[stream];
  if (description === undefined || document === null) return null;
  const facts = factsOf(description, document).map(({ name, text }) => [name, text] as const);
  return facts.length === 0 ? null : { thing: description.thing, facts: Object.fromEntries(facts) };
}

/** Formats a description, such as `officer PARGETER, Anne, director, appointed 2026-03-01`. */
export function formatAbout(stream: string, { thing, facts }: About): string {
  const words = new Map(DESCRIPTIONS[stream]?.facts({}).map(([name, , word]) => [name, word]));
  const parts = Object.entries(facts).map(([name, text]) =>
    [words.get(name), text].filter(Boolean).join(' '),
  );
  return `${thing} ${parts.join(', ')}`;
}

function factsOf({ facts }: Description, document: Document): { name: string; text: string }[] {
  return facts(document).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === '' ? [] : [{ name, text }];
  });
}

/** Formats a text, a number, or a list of these. Empty for other values. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.map(textOf).filter(Boolean).join(' and ') : '';
}

function each(list: unknown, take: (item: Document) => unknown): unknown[] {
  return Array.isArray(list) ? list.map((item) => (isDocument(item) ? take(item) : null)) : [];
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
