import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ingestorSettings } from '@timepoint/ingestor/ingestor';
import { workerSettings } from '@timepoint/worker/start-worker';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const settings = [...new Set([...Object.keys(ingestorSettings.shape), ...Object.keys(workerSettings.shape)])];

describe('Timepoint, documented,', () => {
  it('explains every setting, and none that it does not have', async () => {
    const documented = [...(await read('docs/configuration.md')).matchAll(/^\| `(\w+)` +\|/gm)].map(
      ([, name]) => name,
    );
    expect(documented.toSorted()).toEqual(settings.toSorted());
  });

  it('lists every setting in .env.example', async () => {
    const listed = [...(await read('.env.example')).matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(listed.toSorted()).toEqual(settings.toSorted());
  });

  it('names only tests that exist among its guarantees', async () => {
    const guarantees = await read('docs/guarantees.md');
    const named = [
      ...guarantees.matchAll(/(e2e|ingestor|worker) ((?:`[\w-]+`(?: \([^)]*\))?(?:, )?)+)/g),
    ].flatMap(([, project, files = '']) =>
      [...files.matchAll(/`([\w-]+)`/g)].map(([, file]) => `packages/${project}/src/${file}.test.ts`),
    );
    expect(named.length).toBeGreaterThan(15);
    await Promise.all(named.map(read));
  });
});
