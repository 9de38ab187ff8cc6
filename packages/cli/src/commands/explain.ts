import { countCompanyRows } from '@timepoint/database/companies/count-company-rows';
import { readCompanyName } from '@timepoint/database/companies/read-company-name';
import { readCompanySources } from '@timepoint/database/companies/read-company-sources';
import { TimepointError } from '@timepoint/shared/platform/errors';
import type { Command } from 'commander';
import { explainResource, formatResource } from '../explain/explain.ts';
import { formatHeld, NO_PROFILE } from '../explain/format-held.ts';
import { COMPANY_NUMBER_FORM, companyArgument } from './company-argument.ts';
import { addMoreHelp } from './more-help.ts';
import { print, printJson, type Terminal, withDatabase } from './terminal.ts';

/** `timepoint explain` */
export function addExplainCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('explain')
    .description('show the rows of a company, and the source and date of each field of its profile')
    .argument('<company number>', 'such as 09876543 or SC123456', companyArgument)
    .option('--json', 'as JSON')
    .action((companyNumber: string, { json }: { json?: true }) =>
      withDatabase(terminal, async (database) => {
        const { company_number } = await readCompanyName(database, companyNumber);
        const held = await countCompanyRows(database, company_number);
        const resources = (await readCompanySources(database, company_number)).map(explainResource);
        if (held.length === 0) {
          throw new TimepointError(
            'unknown-company',
            `Neither a stream nor a file has company ${company_number}. ${COMPANY_NUMBER_FORM}`,
          );
        }
        const has_profile = resources.some(({ stream }) => stream === 'companies');
        if (json) return printJson(terminal, { company_number, has_profile, held, resources });
        const parts = [formatHeld(company_number, held), ...(has_profile ? [] : [NO_PROFILE])];
        print(terminal, [...parts, ...resources.map(formatResource)].join('\n\n'));
      }),
    );
  addMoreHelp(command, {
    bad: 'the company is not known',
    examples: ['timepoint explain 09876543', 'timepoint explain 09876543 --json'],
  });
}
