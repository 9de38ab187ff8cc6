// A table can be rebuilt from the log after a fix of the code or a corruption. The log is folded into a temporary table
// while workers go on. Then the table is locked for writers, the resources that changed meanwhile are folded again, and
// the rows that differ are exchanged. Rows whose events have expired stay as they are, and so do the documents of
// files.
import { streamNamed } from '@timepoint/shared/contract/streams';
import { saveAudit } from '../audit/save-audit.ts';
import { readExtent } from '../coverage/read-coverage.ts';
import { settleDrift } from '../drift/settle-drift.ts';
import { foldLog } from '../events/fold-log.ts';
import { sourcesOf } from '../events/sources.ts';
import type { Database, Sql } from '../pool.ts';
import { type Exchanged, exchangeRows } from './exchange-rows.ts';
import { rebuildStatuses } from './rebuild-statuses.ts';

export interface Rebuilt extends Exchanged {
  readonly stream: string;
  /** Null for a stream without statuses. */
  readonly status_changes: number | null;
}

/** Rebuilds the table of a stream from its log, on behalf of `who`, in one transaction with the audit. */
export async function rebuildStream(database: Database, stream: string, who: string): Promise<Rebuilt> {
  const declared = streamNamed(stream);
  const { table, hasCompanyStatus } = declared;
  return database.transaction(async (tx) => {
    await tx.query(`create temporary table rebuilt (like ingest.resource including all) on commit drop`);
    await fold(tx, stream);
    await tx.query('analyze rebuilt');
    await tx.query(`lock table register.${table} in share row exclusive mode`);
    await tx.query('select from ingest.coverage where stream = $1 for update', [stream]);
    await foldDiffering(tx, stream, table);
    const extent = await readExtent(tx, stream);
    const exchanged = await exchangeRows(tx, declared, extent?.log_after ?? 0);
    if (sourcesOf(declared) !== null) await settleDrift(tx, declared, null);
    const range = { stream, after: extent?.log_after ?? 0, upTo: extent?.derived_up_to ?? 0 };
    const rebuilt = {
      stream,
      ...exchanged,
      status_changes: hasCompanyStatus ? await rebuildStatuses(tx, range) : null,
    };
    await saveAudit(tx, { who, what: 'rebuild', details: rebuilt });
    return rebuilt;
  });
}

async function fold(tx: Sql, stream: string, condition = ''): Promise<void> {
  await tx.query(
    `insert into rebuilt
       (resource_uri, resource_kind, company_number, data, data_timepoint, timepoint, published_at, deleted)
     ${foldLog(condition)}`,
    [stream],
  );
}

/** Folds again the resources that changed since the first fold: those whose timepoints differ from the table. */
async function foldDiffering(tx: Sql, stream: string, table: string): Promise<void> {
  await tx.query(`
    create temporary table differing on commit drop as
    select coalesce(rebuilt.resource_uri, held.resource_uri) as resource_uri
    from rebuilt
    full join register.${table} as held using (resource_uri)
    where (rebuilt.timepoint, rebuilt.data_timepoint) is distinct from (held.timepoint, held.data_timepoint)
      and coalesce(rebuilt.timepoint, held.timepoint) is not null`);
  await tx.query('delete from rebuilt using differing where rebuilt.resource_uri = differing.resource_uri');
  await fold(tx, stream, 'and resource_uri in (select resource_uri from differing)');
}
