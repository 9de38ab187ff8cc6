import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ByteReader } from './byte-reader.ts';
import { collect, inChunks } from './test-chunks.ts';
import { type TestEntry, zipOf } from './test-zip.ts';
import { unzip } from './unzip.ts';

const CONTENT = 'CompanyName,CompanyNumber\r\n'.repeat(500);
const file: TestEntry = { name: 'companies.csv', content: CONTENT };

async function unzipped(archive: Buffer, size?: number) {
  const { name, content } = await unzip(new ByteReader(inChunks(archive, size)));
  return { name, content: Buffer.concat(await collect(content)).toString('latin1') };
}

const error = (code: string, message: RegExp) =>
  expect.objectContaining({
    name: 'TimepointError',
    code,
    retryable: false,
    message: expect.stringMatching(message),
  });

describe('Timepoint, unpacking a zip file while it arrives,', () => {
  describe.each<[string, Partial<TestEntry>]>([
    ['deflated', {}],
    ['stored', { isStored: true }],
    ['of which the sizes have 64 bits', { isZip64: true }],
    ['stored of which the sizes have 64 bits', { isStored: true, isZip64: true }],
    ['with a descriptor', { descriptor: 'signed' }],
    ['with a descriptor without signature', { descriptor: 'bare' }],
    ['with a descriptor of 64 bits', { descriptor: 'signed-64', isZip64: true }],
    ['with a descriptor of 64 bits without signature', { descriptor: 'bare-64' }],
    ['that is empty', { content: '' }],
    ['that is empty, with a descriptor', { content: '', descriptor: 'signed' }],
    ['that is empty, with a descriptor of 64 bits', { content: '', descriptor: 'bare-64' }],
    ['in a folder', { name: 'March/2026/companies.CSV' }],
  ])('reads a file %s', (_title, changes) => {
    const entry = { ...file, ...changes };
    const beside = { ...entry, name: 'readme.md' };

    it.each([1, 3, 30, 1_000, 1_000_000])('from chunks of %d bytes', async (size) => {
      const expected = { name: entry.name, content: entry.content };
      expect(await unzipped(zipOf(entry), size)).toEqual(expected);
      expect(await unzipped(zipOf(beside, entry, beside), size)).toEqual(expected);
    });
  });

  it('does not mistake bytes inside a file for its end', async () => {
    const content = Buffer.concat([randomBytes(5_000), Buffer.from('PK\x07\x08'), randomBytes(5_000)]);
    const archive = zipOf({ name: 'a.json', content, descriptor: 'signed' });
    expect(archive.subarray(100, -100).includes('PK\x07\x08')).toBe(true);
    for (const size of [1, 999, 100_000]) {
      expect((await unzipped(archive, size)).content).toBe(content.toString('latin1'));
    }
  });

  it('finds the one file with data among others', async () => {
    const others = ['readme.md', 'data/', '__MACOSX/._companies.csv', '.hidden.csv', 'csv'].map((name) => ({
      name,
      content: '',
    }));
    expect((await unzipped(zipOf(...others, file, ...others))).name).toBe('companies.csv');
  });

  it('asks for one file when there is none, or nothing', async () => {
    await expect(unzipped(zipOf({ name: 'readme.md', content: '' }))).rejects.toEqual(
      error('zip-entries', /it holds readme\.md\. Unpack it/),
    );
    await expect(unzipped(zipOf())).rejects.toEqual(error('zip-entries', /it holds nothing/));
  });

  it('asks for one file when there are several', async () => {
    await expect(unzipped(zipOf(file, { ...file, name: 'more.txt' }))).rejects.toEqual(
      error('zip-entries', /it holds companies\.csv and more\.txt/),
    );
  });

  it('finds any end that comes too early', async () => {
    for (const entry of [file, { ...file, isStored: true }, { ...file, descriptor: 'signed' as const }]) {
      const archive = zipOf({ ...entry, content: 'abc'.repeat(20) });
      for (let length = 4; length < archive.length; length += 1) {
        await expect(unzipped(archive.subarray(0, length))).rejects.toEqual(
          error('zip-broken', /^The zip file is broken: .*Download it again/),
        );
      }
    }
  });

  it('finds bytes that were changed', async () => {
    const archive = zipOf({ ...file, isStored: true });
    archive.writeUInt8(0, 1_000);
    await expect(unzipped(archive)).rejects.toEqual(error('zip-broken', /another checksum/));
  });

  it.each<[string, Partial<TestEntry>, RegExp]>([
    ['another checksum', { crc32: 1 }, /another checksum/],
    ['another checksum behind', { crc32: 1, descriptor: 'signed' }, /another checksum/],
    ['another length', { bytes: 1 }, /another length/],
    ['what is not deflated', { isStored: true, method: 8 }, /can't be unpacked/],
  ])('finds %s', async (_title, changes, message) => {
    await expect(unzipped(zipOf({ ...file, ...changes }))).rejects.toEqual(error('zip-broken', message));
  });

  it('finds bytes that are not an entry where one should be', async () => {
    const archive = zipOf(file);
    const junk = Buffer.concat([archive.subarray(0, archive.lastIndexOf('PK\x01\x02')), Buffer.alloc(100)]);
    await expect(unzipped(junk)).rejects.toEqual(error('zip-broken', /no entry begins/));
  });

  it.each<[string, Partial<TestEntry>, RegExp]>([
    ['is encrypted', { flags: 1 }, /companies\.csv is encrypted/],
    ['is packed in another way', { method: 9 }, /packed by method 9/],
    ['is stored without its size', { isStored: true, descriptor: 'signed' }, /is stored without its size/],
  ])('names the remedy when a file %s', async (_title, changes, message) => {
    await expect(unzipped(zipOf({ ...file, ...changes }))).rejects.toEqual(error('zip-unsupported', message));
  });

  it('can be closed in the middle', async () => {
    const { content } = await unzip(
      new ByteReader(inChunks(zipOf({ ...file, content: randomBytes(500_000) }), 1_000)),
    );
    for await (const block of content) {
      expect(block.length).toBeGreaterThan(0);
      break;
    }
    expect(await content.next()).toEqual({ done: true, value: undefined });
  });
});
