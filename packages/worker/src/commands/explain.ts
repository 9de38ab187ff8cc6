import { TimepointError } from '@timepoint/shared/errors';
import type { Command } from 'commander';
import { explainResource, formatResource } from '../explain.ts';
import { readCompanyName } from '../store/read-company-name.ts';
import { readCompanySources } from '../store/read-company-sources.ts';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint explain` */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('explain')
    .description('which source and date each field of a company comes from')
    .argument('<company number>', 'such as 09876543 or SC123456')
    .option('--json', 'as JSON')
    .action((text: string, { json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const { company_number } = await readCompanyName(database, text);
        const resources = (await readCompanySources(database, company_number)).map(explainResource);
        if (resources.length === 0) {
          throw new TimepointError(
            'unknown-company',
            `Neither the streams nor a file told of company ${company_number}. A company number has eight digits, ` +
              'or letters among them, such as 09876543 or SC123456.',
          );
        }
        if (json) printJson(terminal, { company_number, resources });
        else print(terminal, resources.map(formatResource).join('\n\n'));
      }),
    );
  addMoreHelp(command, {
    bad: 'the company is not known',
    examples: ['timepoint explain 09876543', 'timepoint explain 09876543 --json'],
  });
}
