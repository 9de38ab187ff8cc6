import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOf } from './stores/process-table.ts';

const PREFIX = 'timepoint-tests-';

/**
 * Creates a folder for the data of a test. The test removes it at its end. Folders of processes that were killed before
 * that are removed here.
 */
export function createTempFolder(): string {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Under root, Postgres runs as another account, which must reach its data in this folder.
  chmodSync(folder, 0o711);
  return folder;
}

function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    if (commandOf(pid) === undefined) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
