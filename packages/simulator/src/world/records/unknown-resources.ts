import { createLottery, pick, type Random } from '../../random.ts';
import type { ResourceEvent, ResourceIdentity } from '../event.ts';
import { newId } from './ids.ts';

type Place = readonly [stream: ResourceIdentity['stream'], kind: string, path: string];

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

const drawData = createLottery<(identity: ResourceIdentity) => ResourceEvent['data']>([
  [50, () => null],
  [35, () => undefined],
  [15, ({ resourceUri }) => ({ links: { self: resourceUri } })],
]);

/** Emits the deletion of a resource that never existed. */
export function deleteUnknownResource(companyNumber: string, random: Random): ResourceEvent {
  const identity = drawIdentity(random)(companyNumber, random);
  return { ...identity, type: 'deleted', data: drawData(random)(identity) };
}

function ofCompany(companyNumber: string, random: Random): ResourceIdentity {
  const [stream, resourceKind, path] = pick(random, OF_COMPANIES);
  const resourceId = newId(random, stream === 'filings' ? 24 : 27);
  const resourceUri = `/company/${companyNumber}/${path}/${resourceId}`;
  return { stream, resourceKind, resourceUri, resourceId, companyNumber };
}

/** Identifies a resource that a company has once at most. Its id is the company number. */
function single(companyNumber: string, random: Random): ResourceIdentity {
  const [stream, resourceKind, path] = pick(random, ONE_PER_COMPANY);
  const resourceUri = `/company/${companyNumber}/${path}`;
  return { stream, resourceKind, resourceUri, resourceId: companyNumber, companyNumber };
}

function disqualified(_companyNumber: string, random: Random): ResourceIdentity {
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

const drawIdentity = createLottery([
  [80, ofCompany],
  [14, single],
  [6, disqualified],
]);
