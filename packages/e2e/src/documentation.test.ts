import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { migrateUp } from '@timepoint/database/migration/migrate';
import { SETTINGS_BY_PROCESS } from '@timepoint/shared/platform/settings/by-process';
import { catalogue } from '@timepoint/shared/queues/catalogue';
import { createMigratedDatabase } from '@timepoint/testkit/private-database';
import { Client } from 'pg';

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8');
const settings = [...new Set(Object.values(SETTINGS_BY_PROCESS).flatMap(({ shape }) => Object.keys(shape)))];

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The relative links of a page that lead nowhere: to no file, or to no heading of a page. */
async function findBrokenLinks(path: string): Promise<string[]> {
  const links = [...(await read(path)).matchAll(/(?:\]\(|src=")(?!https?:|mailto:)([^)\s"]+)/g)];
  const broken = await Promise.all(
    links.map(async ([, link = '']) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(new URL(`../../../${target}`, import.meta.url))) return [`${path}: ${link}`];
      const isFound = anchor === undefined || anchorsOf(await read(target)).includes(anchor);
      return isFound ? [] : [`${path}: ${link}`];
    }),
  );
  return broken.flat();
}

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

  it('has a section of the runbook for everything that can be found', async () => {
    const [, kinds = ''] =
      /type FindingKind =([^;]+);/.exec(await read('packages/shared/src/monitoring/finding.ts')) ?? [];
    const sections = [...(await read('docs/operations.md')).matchAll(/^## (\S+)$/gm)].map(([, name]) => name);
    const found = [...kinds.matchAll(/'([\w-]+)'/g)].map(([, kind]) => kind);
    expect(found.length).toBeGreaterThan(5);
    expect(sections).toEqual(expect.arrayContaining([...found, 'process-down']));
  });

  it('has only queries in the runbook that run', async () => {
    const database = await createMigratedDatabase(migrateUp);
    const sql = new Client({ connectionString: database.url });
    await sql.connect();
    const queries = [...(await read('docs/operations.md')).matchAll(/^```sql\n([^`]+)^```/gm)];
    expect(queries.length).toBeGreaterThan(4);
    for (const [, query = ''] of queries) await sql.query(query);
    await sql.end();
    await database.drop();
  });

  it('describes its longest ways by files that exist, at most ten each', async () => {
    const page = await read('docs/architecture.md');
    const event = [...page.matchAll(/^\| \d+ +\| `([\w/-]+)`/gm)].map(([, file]) => file);
    const ways = [...page.matchAll(/^- \*\*[^*]+\*\*, (\d+): (.+)$/gm)].map(([, count, way = '']) => ({
      count: Number(count),
      files: [...way.matchAll(/`([\w/-]+)`/g)].map(([, file]) => file),
    }));
    expect(ways.length).toBeGreaterThan(4);
    for (const { count, files } of [{ count: 10, files: event }, ...ways]) {
      expect(files).toHaveLength(count);
      expect(count).toBeLessThanOrEqual(10);
      const missing = files.filter((file = '') => {
        const path = file.replace('/', '/src/');
        return !existsSync(new URL(`../../../packages/${path}.ts`, import.meta.url));
      });
      expect(missing).toEqual([]);
    }
  });

  it('lists every queue in the order of the catalogue', async () => {
    const [, table = ''] =
      /^\| queue [\s\S]*?\n((?:\| .*\n)+)/m.exec(await read('docs/architecture.md')) ?? [];
    const listed = [...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
    expect(listed).toEqual(Object.values(catalogue).map(({ name }) => name));
  });

  it('names only tests that exist among its guarantees', async () => {
    const guarantees = await read('docs/guarantees.md');
    const lists = guarantees.matchAll(
      /(e2e|shared|database|ingestor|worker|cli|dashboard) ((?:`[\w/-]+`(?: \([^)]*\))?(?:, )?)+)/gi,
    );
    const named = [...lists].flatMap(([, project = '', files = '']) =>
      [...files.matchAll(/`([\w/-]+)`/g)].map(
        ([, file]) => `packages/${project.toLowerCase()}/src/${file}.test.ts`,
      ),
    );
    expect(named.length).toBeGreaterThan(15);
    await Promise.all(named.map(read));
  });

  it('has only links that lead to a file and to a heading', async () => {
    const cwd = new URL('../../..', import.meta.url);
    const pages = await Array.fromAsync(
      glob(['*.md', 'docs/**/*.md', 'migrations/*.md', 'packages/*/*.md', 'infra/**/*.md'], { cwd }),
    );
    expect(pages.length).toBeGreaterThan(30);
    expect((await Promise.all(pages.map(findBrokenLinks))).flat()).toEqual([]);
  });
});
