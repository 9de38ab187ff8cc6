import type { StreamName } from '@timepoint/shared/contract/streams';

/** The first timepoint of each stream except companies: that of the real one when companies was at 22 millions. */
const FIRST_TIMEPOINTS: Readonly<Record<Exclude<StreamName, 'companies'>, number>> = {
  filings: 47_500_001,
  officers: 1_900_001,
  'persons-with-significant-control': 1_200_001,
  charges: 610_001,
  'insolvency-cases': 550_001,
  'disqualified-officers': 101,
  'company-exemptions': 2_301,
  'persons-with-significant-control-statements': 88_001,
};

/** The first timepoint of a stream. The caller chooses that of companies. */
export function firstTimepointOf(stream: StreamName, ofCompanies: number): number {
  return stream === 'companies' ? ofCompanies : FIRST_TIMEPOINTS[stream];
}
