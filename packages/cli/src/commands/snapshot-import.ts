import type { Database } from '@timepoint/database/pool';
import type { SnapshotSummary } from '@timepoint/database/snapshots/read-snapshots';
import type { Product } from '@timepoint/database/snapshots/snapshot-name';
import { parsePublishedAt } from '@timepoint/shared/contract/published-at';
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
const SILENT: ProgressView = { show: () => undefined, close: () => undefined };

/** `timepoint snapshot import` */
export function addSnapshotImportCommand(snapshot: Command, terminal: Terminal): void {
  const command = snapshot
    .command('import')
    .description('import the snapshot of companies or of persons with significant control; workers must run')
    .argument(
      '<file...>',
      'a file, a URL, or - for standard input, zipped or not; all parts in one command or one by one',
    )
    .option('--date <date>', 'the day of the file, when its name does not contain it', dateArgument)
    .addOption(
      new Option('--product <name>', 'the kind of the file, when its name and content do not show it')
        .choices(['basic-company-data', 'psc-snapshot'])
        .argParser(productArgument),
    )
    .option(
      '--max-rejects <lines>',
      'stop when more lines than this are bad',
      countArgument,
      DEFAULT_MAX_REJECTS,
    )
    .option('--restart', 'start again instead of continuing an unfinished import')
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
    bad: 'the import stopped, or the totals of the file differ',
    examples: [
      'timepoint snapshot import BasicCompanyDataAsOneFile-2026-11-01.zip',
      'timepoint snapshot import psc-snapshot-2026-11-24_*.zip',
      'curl -s … | timepoint snapshot import - --date 2026-11-01',
    ],
  });
}

const RESUME = `After an interruption, the same command continues the import. Importing a file again changes nothing.`;

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
        onProgress: progress.show,
        signal,
      }),
    );
  } catch (error) {
    if (error instanceof TimepointError && error.code !== 'lock-lost') throw error;
    const why = signal.aborted ? 'Stopped' : `The import stopped: ${asError(error).message}`;
    throw new TimepointError('stopped', `${why}. The same command continues the import.`, {
      cause: error,
    });
  } finally {
    progress.close();
  }
}

/** A URL without credentials and query, which may hold a password or a signature. */
function withoutSecrets(location: string): string {
  if (!/^https?:/.test(location) || !URL.canParse(location)) return location;
  const { origin, pathname } = new URL(location);
  return `${origin}${pathname}`;
}

function dateArgument(text: string): string {
  const isDate = !text.includes('T') && parsePublishedAt(`${text}T00:00:00`) !== null;
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
