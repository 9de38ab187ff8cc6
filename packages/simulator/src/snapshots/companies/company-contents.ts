import type { Contents, ReadTruth } from '../contents.ts';
import type { SnapshotFault } from '../faults.ts';
import { toFields } from './company-row.ts';
import { createDayWriter } from './file-day.ts';
import type { Listing } from './listed-company.ts';
import { listLive } from './live-companies.ts';
import type { Padding } from './padding.ts';
import { createRowWriter } from './row-writer.ts';

export interface CompanyContentsOptions {
  readonly readTruth: ReadTruth;
  readonly padding: Padding;
  /** The least number of rows. Companies that no stream publishes fill the file. */
  readonly rows: number;
  readonly faults: ReadonlySet<SnapshotFault>;
}

/** Opens the file of companies: those of the world by name, then the padding. */
export async function openCompanyContents(options: CompanyContentsOptions): Promise<Contents> {
  const { readTruth, padding, faults } = options;
  const own = listLive(await readTruth('companies'), await readTruth('charges'));
  const rows = Math.max(own.length, options.rows);
  const listing = (index: number): Listing => own[index] ?? padding(index - own.length);
  return {
    rows,
    resource(index) {
      const { company } = listing(index);
      return { resource_uri: `/company/${company.company_number}`, stream: 'companies', data: company };
    },
    *write({ from, to }) {
      const writer = createRowWriter(faults);
      const writeDay = createDayWriter();
      yield writer.header;
      for (let index = from; index < to; index += 1)
        yield writer.write(toFields(listing(index), writeDay), index);
    },
  };
}
