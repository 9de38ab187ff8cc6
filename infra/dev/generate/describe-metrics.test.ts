import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeMetrics, replaceTables } from './describe-metrics.ts';

const FILE = join(resolve(import.meta.dirname, '../../..'), 'docs/telemetry.md');

/** Some metrics of a process are known on Linux only. */
const ofTimepoint = (text: string) => text.split('\n').filter((line) => line.startsWith('| `timepoint_'));

describe('Timepoint, documenting its metrics,', () => {
  it('names each with type, labels, unit and meaning, and none that it does not have', async () => {
    const text = await readFile(FILE, 'utf8');
    const current = replaceTables(text, await describeMetrics());
    expect(ofTimepoint(text)).toEqual(ofTimepoint(current));
    expect(ofTimepoint(text).length).toBeGreaterThan(30);
    if (process.platform === 'linux') expect(text).toBe(current);
  });
});
