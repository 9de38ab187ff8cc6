// A table can be rebuilt from the log after a fix of the code or a corruption. The log is folded into a temporary table
// while workers go on. Then the table is locked for writers, the resources that changed meanwhile are folded again, and
// the rows that differ are exchanged. Rows whose events have expired stay as they are, and so do the documents of
// files.
import { streamNamed } from '@timepoint/shared/contract/streams';
import { saveAudit } from '../audit/save-audit.ts';
import { readExtent } from '../coverage/read-coverage.ts';
import { settleDrift } from '../drift/settle-drift.ts';
import type { Database } from '../pool.ts';
import { type Exchanged, exchangeRows } from './exchange-rows.ts';
import { foldDiffering, foldLog } from './fold-log.ts';
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
    await foldLog(tx, declared);
    await tx.query('analyze rebuilt');
    await tx.query(`lock table register.${table} in share row exclusive mode`);
    await tx.query('select from ingest.coverage where stream = $1 for update', [stream]);
    await foldDiffering(tx, declared);
    const extent = await readExtent(tx, stream);
    const exchanged = await exchangeRows(tx, declared, extent?.log_after ?? 0);
    await settleDrift(tx, declared, null);
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
