import { describe, expect, it } from '@jest/globals';
import { parseSnapshotName } from './snapshot-name.ts';

const companies = { product: 'basic-company-data', date: '2026-03-01', part: 1, parts: 1 };
const controllers = { product: 'psc-snapshot', date: '2026-03-02', part: 1, parts: 1 };

describe('Timepoint, reading the name of a file,', () => {
  it.each([
    ['BasicCompanyDataAsOneFile-2026-03-01.zip', companies],
    ['BasicCompanyDataAsOneFile-2026-03-01.csv', companies],
    ['BasicCompanyData-2026-03-01-part2_7.zip', { ...companies, part: 2, parts: 7 }],
    ['BasicCompanyData-2026-03-01-part7_7.csv', { ...companies, part: 7, parts: 7 }],
    ['psc-snapshot-2026-03-02_12of31.zip', { ...controllers, part: 12, parts: 31 }],
    ['psc-snapshot-2026-03-02_1of1.txt', controllers],
    ['persons-with-significant-control-snapshot-2026-03-02.zip', controllers],
    ['persons-with-significant-control-snapshot-2026-03-02.json', controllers],
    ['basiccompanydataasonefile-2026-03-01.ZIP', companies],
    ['/var/files/BasicCompanyDataAsOneFile-2026-03-01.csv.zip', companies],
    ['C:\\files\\BasicCompanyDataAsOneFile-2026-03-01.zip', companies],
    ['./psc-snapshot-2026-03-02_1of1', controllers],
    ['https://files.example/a/BasicCompanyDataAsOneFile-2026-03-01.zip?signature=a/b', companies],
    ['https://files.example/psc-snapshot-2026-03-02_1of1.zip#here', controllers],
  ])('knows what %s is', (name, expected) => expect(parseSnapshotName(name)).toEqual(expected));

  it.each([
    '',
    'companies.csv',
    'BasicCompanyDataAsOneFile-2026-02-30.zip',
    'BasicCompanyDataAsOneFile-2026-13-01.zip',
    'BasicCompanyDataAsOneFile-0000-01-01.zip',
    'BasicCompanyDataAsOneFile.zip',
    'BasicCompanyData-2026-03-01-part8_7.zip',
    'BasicCompanyData-2026-03-01-part0_7.zip',
    'psc-snapshot-2026-02-29_1of2.zip',
    'psc-snapshot-2026-03-02_0of0.zip',
    'old-psc-snapshot-2026-03-02_1of1.zip',
    'BasicCompanyDataAsOneFile-2026-03-01.zip/other.zip',
  ])('does not guess what "%s" is', (name) => expect(parseSnapshotName(name)).toBeNull());
});
