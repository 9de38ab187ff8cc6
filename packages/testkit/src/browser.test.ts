import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findBrowser } from './browser.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'timepoint-browser-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the browser of the tests', () => {
  it('is the first on the path that can be run', () => {
    const file = join(folder, 'chromium-browser');
    writeFileSync(file, '');
    expect(findBrowser(`/nowhere:${folder}`)).toBeUndefined();
    chmodSync(file, 0o755);
    expect(findBrowser(`/nowhere:${folder}`)).toBe(file);
  });
});
