import { chance, int } from '../../random.ts';
import { newEtag } from '../etag.ts';
import type { ResourceEvent } from '../event.ts';
import type { GenerationContext } from '../generation-context.ts';
import type { CompanyRecords } from './company-records.ts';
import { change, emitCurrent } from './resource-events.ts';

/** A period in which the records of one company after the other are published again. */
interface Wave {
  readonly part: 'controllers' | 'officers';
  nextCompany: number;
  companiesLeft: number;
}

/** The records of each wave, in the order of the waves. */
const PARTS: readonly Wave['part'][] = ['controllers', 'officers', 'controllers'];
const WAVE_SHARE = 0.0002;
const FEWEST_COMPANIES = 30;
const MOST_COMPANIES = 150;

/**
 * Starts a wave from time to time. The caller asks for its events before it generates any other change. Undefined
 * means that no wave is running, or that another change has its turn: during a wave these are rare.
 */
export function createWaves(): (
  companies: readonly CompanyRecords[],
  context: GenerationContext,
) => ResourceEvent[] | undefined {
  let wave: Wave | undefined;
  let waves = 0;
  return (companies, context) => {
    const { random } = context;
    if (wave === undefined && chance(random, WAVE_SHARE)) {
      wave = begin(PARTS[waves % PARTS.length] ?? 'controllers', companies.length, context);
      waves += 1;
    }
    if (wave === undefined || chance(random, 0.2)) return undefined;
    const { part } = wave;
    const records = companies[wave.nextCompany % companies.length];
    wave.nextCompany += 1;
    wave.companiesLeft -= 1;
    if (wave.companiesLeft === 0) wave = undefined;
    return records === undefined ? [] : republish(records, part, context);
  };
}

function begin(part: Wave['part'], companies: number, { random }: GenerationContext): Wave {
  return {
    part,
    nextCompany: int(random, companies),
    companiesLeft: FEWEST_COMPANIES + int(random, MOST_COMPANIES - FEWEST_COMPANIES),
  };
}

/** Publishes the records of a company again, unchanged or with only another etag. */
function republish(
  records: CompanyRecords,
  part: Wave['part'],
  { random }: GenerationContext,
): ResourceEvent[] {
  return records[part]
    .filter(({ isDeleted }) => !isDeleted)
    .map((resource) =>
      'etag' in resource.data && chance(random, 0.5)
        ? change(resource, { etag: newEtag(random) })
        : emitCurrent(resource),
    );
}
