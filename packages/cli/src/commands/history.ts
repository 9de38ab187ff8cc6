import { readCompanyName } from '@timepoint/database/companies/read-company-name';
import { readLogBeginnings } from '@timepoint/database/coverage/read-coverage';
import { readCompanyEvents } from '@timepoint/database/events/read-company-events';
import type { Sql } from '@timepoint/database/pool';
import { TimepointError } from '@timepoint/shared/platform/errors';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { describeDeleted } from '../history/describe-deleted.ts';
import { formatBeginning, formatHistory, type History } from '../history/format-history.ts';
import { describeHistory, type HistoryEvent } from '../history/history.ts';
import { COMPANY_NUMBER_FORM, companyArgument } from './company-argument.ts';
import { dateArgument } from './date-argument.ts';
import { addMoreHelp } from './more-help.ts';
import { streamName } from './stream-argument.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** Without --limit, at most this many documents are read into memory: 10 MB at 1 kB each. */
const MAX_EVENTS = 10_000;

interface Options {
  readonly stream?: string;
  readonly since?: Date;
  readonly limit?: number;
  readonly json?: true;
}

/** `timepoint history` */
export function addHistoryCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('history')
    .description('show the history of a company, field by field, from the log; times are UTC')
    .argument('<company number>', 'such as 09876543 or SC123456', companyArgument)
    .addOption(streamName(new Option('--stream <name>', 'only this stream')))
    .option('--since <date>', 'only events published since then, such as 2026-01-01', dateArgument)
    .option('--limit <events>', 'only the newest events', limitArgument)
    .option('--json', 'as JSON')
    .action((companyNumber: string, options: Options) =>
      withDatabase(terminal, async (database) => {
        const history = await readHistory(database, companyNumber, options);
        if (options.json) printJson(terminal, history.events);
        else print(terminal, formatHistory(history));
      }),
    );
  addMoreHelp(command, {
    notes: ORDER,
    bad: 'the company is not known',
    examples: [
      'timepoint history 09876543',
      'timepoint history SC123456 --stream officers --since 2026-01-01',
    ],
  });
}

const ORDER = `Events are in order of publication, and those of one stream always in order of their timepoints: timepoints of two
streams can't be compared, and times of publication sometimes run backwards.`;

async function readHistory(sql: Sql, text: string, options: Options): Promise<History> {
  const { stream = null, limit = null } = options;
  const company = await readCompanyName(sql, text);
  const companyNumber = company.company_number;
  const beginnings = await readLogBeginnings(sql, stream);
  const maxEvents = limit === null ? MAX_EVENTS + 1 : null;
  const events = await readCompanyEvents(sql, { companyNumber, stream, limit: maxEvents });
  const log = stream === null ? 'The log' : `The log of ${stream}`;
  if (events.length === 0) {
    const unknown = `${log} holds nothing about company ${companyNumber}. ${COMPANY_NUMBER_FORM}`;
    throw new TimepointError('unknown-company', [unknown, ...beginnings.map(formatBeginning)].join('\n'));
  }
  if (limit === null && events.length > MAX_EVENTS) {
    const tooMany = `${log} holds more than ${MAX_EVENTS} events of company ${companyNumber}.`;
    throw new TimepointError('too-many-events', `${tooMany} Add --limit with the number of events to show.`);
  }
  const described = describeHistory(events);
  const shown = await describeDeleted(sql, choose(described, options));
  return { company, beginnings, events: shown, total: described.length };
}

/** Chooses the events to show. All are described before, as an event is compared with one that may not be shown. */
function choose(events: readonly HistoryEvent[], { since, limit }: Options): readonly HistoryEvent[] {
  const recent = events.filter(
    ({ published_at, received_at }) => since === undefined || (published_at ?? received_at) >= since,
  );
  return limit === undefined ? recent : recent.slice(-limit);
}

function limitArgument(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Write a number of events, at least 1.');
  return Number(text);
}
