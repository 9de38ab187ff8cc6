import { chance, int, pick, type Random } from '../../random.ts';
import type { Day } from '../calendar.ts';
import type { Telling } from '../event.ts';
import type { Scene } from '../scene.ts';
import { FORMS, type Form } from './forms.ts';
import { type Belonging, belong, type Household, inForce } from './household.ts';
import { newId } from './ids.ts';
import { change, tell } from './tell.ts';

/** A form that is filled in. */
export interface Paper extends Form {
  /** What its description tells: names, days. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** When what it tells of happened. */
  readonly action_date?: Day;
}

// Enough to publish some again; a company files for ever.
const MOST_REMEMBERED = 8;

/** Files a paper and tells it, most often before it has been scanned. */
export function file(household: Household, scene: Scene, { values, ...paper }: Paper): Telling {
  const { random, today } = scene;
  const id = newId(random, 24);
  const data = {
    // A number in some documents.
    transaction_id: chance(random, 0.01) ? 3_000_000_000 + int(random, 1_000_000) : id,
    barcode: `X${newId(random, 7).toUpperCase().replace(/[_-]/g, '7')}`,
    ...paper,
    date: today,
    ...(values === undefined ? {} : { description_values: values }),
    ...(chance(random, 0.05) ? { paper_filed: true } : {}),
    ...(chance(random, 0.4) ? scan(random) : {}),
  };
  const filing = belong(
    household,
    { stream: 'filings', kind: 'filing-history', path: `filing-history/${id}`, id },
    data,
  );
  household.filings.push(filing);
  if (household.filings.length > MOST_REMEMBERED) household.filings.shift();
  return tell(filing);
}

/** A filing is scanned or annotated, or the company files what shows nowhere else. */
export function stirFilings(household: Household, scene: Scene): Telling[] {
  const { random } = scene;
  const filings = inForce(household.filings);
  const unscanned = filings.find(({ data }) => !('pages' in data));
  if (unscanned !== undefined && chance(random, 0.75)) return [arrive(unscanned, random)];
  if (filings.length > 0 && chance(random, 0.08)) return [annotate(pick(random, filings), scene)];
  return [file(household, scene, routine(scene))];
}

function scan(random: Random) {
  const document_metadata = `https://frontend-doc-api.company-information.example/document/${newId(random, 43)}`;
  return { pages: 1 + int(random, 9), links: { document_metadata } };
}

/** The one occasion at which the publisher is known to say what changed, and even then it seldom does. */
function arrive(filing: Belonging, random: Random): Telling {
  const { pages, links } = scan(random);
  const telling = change(filing, { pages, links: { ...Object(filing.data.links), ...links } });
  return chance(random, 0.02) ? { ...telling, fieldsChanged: ['links.document_metadata'] } : telling;
}

function annotate(filing: Belonging, { today }: Scene): Telling {
  const annotation = {
    annotation: `Clarification A second filed ${filing.data.type} was registered on ${today} & replaces this one`,
    category: 'annotation',
    date: today,
    description: 'annotation',
    type: 'ANNOTATION',
  };
  return change(filing, { annotations: [annotation], paper_filed: true });
}

function routine({ random, today }: Scene): Paper {
  if (chance(random, 0.3)) {
    const capital = [{ currency: 'GBP', figure: `${1 + int(random, 9_999)}.00` }];
    return { ...FORMS.allotment, action_date: today, values: { capital, date: today } };
  }
  return pick(random, [FORMS.resolution, FORMS.articles, FORMS.inspection]);
}
