import { createLottery, pick, type Random } from '../../random.ts';
import type { Resource, Telling } from '../event.ts';
import { newId } from './ids.ts';

type Place = readonly [stream: Resource['stream'], kind: string, path: string];

const OF_COMPANIES: readonly Place[] = [
  ['filings', 'filing-history', 'filing-history'],
  ['officers', 'company-officers', 'appointments'],
  [
    'persons-with-significant-control',
    'company-psc-individual',
    'persons-with-significant-control/individual',
  ],
  ['persons-with-significant-control', '', 'persons-with-significant-control/null'],
  ['charges', 'company-charges', 'charges'],
  [
    'persons-with-significant-control-statements',
    'persons-with-significant-control-statement',
    'persons-with-significant-control-statements',
  ],
];
const ONE_PER_COMPANY: readonly Place[] = [
  ['insolvency-cases', 'company-insolvency', 'insolvency'],
  ['company-exemptions', 'company-exemptions', 'exemptions'],
];

const drawData = createLottery<(resource: Resource) => Telling['data']>([
  [50, () => null],
  [35, () => undefined],
  [15, ({ resourceUri }) => ({ links: { self: resourceUri } })],
]);

/** A delete of something that never was, of a company or of nobody. */
export function removeStranger(companyNumber: string, random: Random): Telling {
  const resource = drawResource(random)(companyNumber, random);
  return { ...resource, type: 'deleted', data: drawData(random)(resource) };
}

function ofCompany(companyNumber: string, random: Random): Resource {
  const [stream, resourceKind, path] = pick(random, OF_COMPANIES);
  const resourceId = newId(random, stream === 'filings' ? 24 : 27);
  const resourceUri = `/company/${companyNumber}/${path}/${resourceId}`;
  return { stream, resourceKind, resourceUri, resourceId, companyNumber };
}

/** Of these a company has one at most, whose id is the number of the company. */
function single(companyNumber: string, random: Random): Resource {
  const [stream, resourceKind, path] = pick(random, ONE_PER_COMPANY);
  const resourceUri = `/company/${companyNumber}/${path}`;
  return { stream, resourceKind, resourceUri, resourceId: companyNumber, companyNumber };
}

function disqualified(_companyNumber: string, random: Random): Resource {
  const type = pick(random, ['natural', 'corporate']);
  const resourceId = newId(random, 27);
  return {
    stream: 'disqualified-officers',
    resourceKind: `disqualified-officer-${type}`,
    resourceUri: `/disqualified-officers/${type}/${resourceId}`,
    resourceId,
    companyNumber: null,
  };
}

const drawResource = createLottery([
  [80, ofCompany],
  [14, single],
  [6, disqualified],
]);
