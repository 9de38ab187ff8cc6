import type { Database } from '@timepoint/database/pool';
import type { SnapshotSummary } from '@timepoint/database/snapshots/read-snapshots';
import type { Product } from '@timepoint/database/snapshots/snapshot-name';
import { asError, TimepointError } from '@timepoint/shared/platform/errors';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatSnapshot } from '../format/format-snapshots.ts';
import { describeFile } from '../snapshots/describe-file.ts';
import { openSource } from '../snapshots/files/open-source.ts';
import { importSnapshot } from '../snapshots/import-snapshot.ts';
import { type ProgressView, showProgress } from '../snapshots/show-progress.ts';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withDatabase, withQueues } from './terminal.ts';

interface Options {
  readonly date?: string;
  readonly product?: Product;
  readonly maxRejects: number;
  readonly restart?: true;
  readonly json?: true;
}

const DEFAULT_MAX_REJECTS = 1_000;
const SILENT: ProgressView = { tell: () => undefined, close: () => undefined };

/** `timepoint snapshot import` */
export function addSnapshotImportCommand(snapshot: Command, terminal: Terminal): void {
  const command = snapshot
    .command('import')
    .description(
      'import BasicCompanyData or the snapshot of persons with significant control; workers must run',
    )
    .argument(
      '<file...>',
      'zip or unpacked: a file, a URL, or - for the standard input; all parts in one command or one by one',
    )
    .option('--date <date>', 'the day of the file, unless its name has it', dateArgument)
    .addOption(
      new Option('--product <name>', 'what the file is, unless the content tells')
        .choices(['basic-company-data', 'psc-snapshot'])
        .argParser(productArgument),
    )
    .option('--max-rejects <lines>', 'give up above so many bad lines', countArgument, DEFAULT_MAX_REJECTS)
    .option('--restart', 'begin anew what an earlier run left unfinished')
    .option('--json', 'as JSON')
    .action((locations: string[], options: Options) =>
      withDatabase(terminal, async (database) => {
        const summaries: SnapshotSummary[] = [];
        for (const location of locations) {
          const summary = await importOne(terminal, database, location, options);
          summaries.push(summary);
          if (!options.json) print(terminal, formatSnapshot(summary, [], []));
        }
        if (options.json) printJson(terminal, summaries);
        if (summaries.some((summary) => summary.totals_problem !== null)) process.exitCode = 1;
      }),
    );
  addMoreHelp(command, {
    notes: RESUME,
    bad: 'it broke off, or the totals of the file do not fit',
    examples: [
      'timepoint snapshot import BasicCompanyDataAsOneFile-2026-11-01.zip',
      'timepoint snapshot import psc-snapshot-2026-11-24_*.zip',
      'curl -s … | timepoint snapshot import - --date 2026-11-01',
    ],
  });
}

const RESUME = `Interrupted anywhere, the same command goes on where it was; a file that is imported again changes nothing.`;

async function importOne(
  terminal: Terminal,
  database: Database,
  location: string,
  options: Options,
): Promise<SnapshotSummary> {
  const { input, signal } = terminal;
  const source = await openSource(location, { stdin: input, signal });
  const { name, pieces } = await describeFile(source, options);
  const progress = options.json ? SILENT : showProgress(terminal.output, source);
  try {
    return await withQueues(terminal, (queues) =>
      importSnapshot({
        database,
        queues,
        name,
        pieces,
        location: withoutSecrets(location),
        maxRejects: options.maxRejects,
        restart: options.restart === true,
        onProgress: progress.tell,
        signal,
      }),
    );
  } catch (error) {
    if (error instanceof TimepointError) throw error;
    const why = signal.aborted ? 'Stopped' : `The import broke off: ${asError(error).message}`;
    throw new TimepointError('stopped', `${why}. The same command goes on where this one was.`, {
      cause: error,
    });
  } finally {
    progress.close();
  }
}

/** A URL without what may be a password or a signature. */
function withoutSecrets(location: string): string {
  if (!/^https?:/.test(location) || !URL.canParse(location)) return location;
  const { origin, pathname } = new URL(location);
  return `${origin}${pathname}`;
}

function dateArgument(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  if (!isDate) throw new InvalidArgumentError('Write a day such as 2026-11-01.');
  return text;
}

function productArgument(text: string): Product {
  if (text !== 'basic-company-data' && text !== 'psc-snapshot')
    throw new InvalidArgumentError('Write basic-company-data or psc-snapshot.');
  return text;
}

function countArgument(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('Write a number of lines.');
  return Number(text);
}
