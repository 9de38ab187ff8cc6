import type { StreamName } from '@timepoint/shared/contract/streams';
import { chance, createRandom, int, pick, type Random } from '../../random.ts';
import { newEtag } from '../../world/etag.ts';
import { describeController, drawControllerKind } from '../../world/records/controller-kinds.ts';
import { newId } from '../../world/records/ids.ts';
import { STATEMENTS } from '../../world/records/statements.ts';
import type { Words } from '../../world/words.ts';
import { seedOf } from '../companies/padding.ts';
import { PADDING_KINDS } from '../companies/padding-kinds.ts';
import { createPaddingNumbers, type PaddingNumber } from '../companies/padding-numbers.ts';
import type { SnapshotResource } from '../contents.ts';

/** Controllers of companies that no stream publishes. Two consecutive ones have the same company. */
export interface ControllerPadding {
  resource(index: number): SnapshotResource;
  /** The stream that would publish the resource. */
  streamOf(index: number): ControllerStream;
}

/** The streams whose resources are in the file. */
export const CONTROLLER_STREAMS = [
  'persons-with-significant-control',
  'persons-with-significant-control-statements',
  'company-exemptions',
] as const satisfies readonly StreamName[];
export type ControllerStream = (typeof CONTROLLER_STREAMS)[number];

const LINES_PER_COMPANY = 2;
/** The number of lines after which the order of the streams repeats. */
export const PERIOD_LINES = LINES_PER_COMPANY * PADDING_KINDS.length;
const LINES_PER_STATEMENT = 16;
const TODAY = '2026-01-05';

/** Creates the padding. The same seed and words give the same controllers. */
export function createControllerPadding(seed: number, words: Words): ControllerPadding {
  const numberOf = createPaddingNumbers(seed);
  const companyOf = (index: number) => numberOf(Math.floor(index / LINES_PER_COMPANY));
  const streams = Array.from({ length: PERIOD_LINES }, (_, line) => chooseStream(line, companyOf(line)));
  const streamOf = (index: number) => streams[index % PERIOD_LINES] ?? 'persons-with-significant-control';
  return {
    streamOf,
    resource(index) {
      const stream = streamOf(index);
      const random = createRandom(seedOf(seed, index));
      return MAKERS[stream](companyOf(index), { random, words });
    },
  };
}

function chooseStream(line: number, { kind }: PaddingNumber): ControllerStream {
  if (kind.type === 'plc' && line % LINES_PER_COMPANY === 0) return 'company-exemptions';
  return line % LINES_PER_STATEMENT === 0 && !isOverseas(kind.type)
    ? 'persons-with-significant-control-statements'
    : 'persons-with-significant-control';
}

const isOverseas = (type: string) => type === 'registered-overseas-entity';

interface Invention {
  readonly random: Random;
  readonly words: Words;
}
type Make = (company: PaddingNumber, invention: Invention) => SnapshotResource;

const MAKERS: Readonly<Record<ControllerStream, Make>> = {
  'persons-with-significant-control': ({ companyNumber, kind }, { random, words }) => {
    const drawn = drawControllerKind(random, isOverseas(kind.type));
    const described = describeController(drawn, { random, words, today: TODAY }, kind.register.jurisdiction);
    const path = `persons-with-significant-control/${drawn.segment}/${newId(random, 27)}`;
    return createResource('persons-with-significant-control', `/company/${companyNumber}/${path}`, {
      ...described,
      ...(chance(random, 0.2) ? { ceased_on: someDay(random, 2021) } : {}),
      etag: newEtag(random),
      kind: drawn.kind,
      notified_on: someDay(random, 2016),
    });
  },
  'persons-with-significant-control-statements': ({ companyNumber }, { random }) => {
    const stream = 'persons-with-significant-control-statements';
    return createResource(stream, `/company/${companyNumber}/${stream}/${newId(random, 27)}`, {
      etag: newEtag(random),
      kind: 'persons-with-significant-control-statement',
      notified_on: someDay(random, 2016),
      statement: pick(random, STATEMENTS),
    });
  },
  'company-exemptions': ({ companyNumber }, { random }) => {
    const exemption_type = 'psc-exempt-as-shares-admitted-on-market';
    return createResource('company-exemptions', `/company/${companyNumber}/exemptions`, {
      etag: newEtag(random),
      exemptions: {
        psc_exempt_as_shares_admitted_on_market: {
          exemption_type,
          items: [{ exempt_from: someDay(random, 2016) }],
        },
      },
      kind: 'exemptions',
    });
  },
};

function createResource(stream: ControllerStream, self: string, data: object): SnapshotResource {
  return { resource_uri: self, stream, data: { ...data, links: { self } } };
}

/** Draws a day in the five years from `year` on. */
function someDay(random: Random, year: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${year + int(random, 5)}-${two(1 + int(random, 12))}-${two(1 + int(random, 28))}`;
}
