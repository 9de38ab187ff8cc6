import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { describeStatements } from './describe-statements.ts';

const SOURCE = resolve(import.meta.dirname, '../../../packages/database/src');

/** The rendered statements that are kept beside their source. */
function keptStatements(): Map<string, string> {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
  const statements = files.filter((file) => dirname(file).endsWith('.sql'));
  return new Map(statements.map((file) => [file, readFileSync(join(SOURCE, file), 'utf8')]));
}

describe('Timepoint, keeping the statements of every table in files,', () => {
  it('shows each as it is (node infra/dev/generate/dump-statements.ts writes them)', () => {
    expect(keptStatements()).toEqual(describeStatements());
  });

  it('has only statements that Postgres takes as they stand', async () => {
    const database = await openMigratedDatabase(1);
    try {
      await database.transaction(async (tx) => {
        await tx.query('create temporary table rebuilt (like ingest.resource including all) on commit drop');
        await tx.query(
          `create unlogged table ingest.snapshot_staging_1 (
             chunk integer, line bigint, stream text, resource_uri text, resource_kind text, company_number text, data jsonb
           )`,
        );
        for (const [place, text] of [...keptStatements().values()].entries())
          await tx.query(`prepare statement_${place} as ${text}`);
      });
    } finally {
      await database.close();
    }
  });
});
