import type { Command } from 'commander';
import { examine } from '../doctor/examine.ts';
import { formatChecks } from '../doctor/format-checks.ts';
import { addMoreHelp } from './more-help.ts';
import { painter, print, printJson, type Terminal } from './terminal.ts';

/** `timepoint doctor` */
export function addDoctorCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('doctor')
    .description('find problems of the setup, each with its remedy')
    .option('--json', 'as JSON')
    .action(async ({ json }: { json?: true }) => {
      const checks = await examine(terminal.env);
      const isGood = checks.every(({ state }) => state !== 'problem');
      if (json) printJson(terminal, { isGood, checks });
      else print(terminal, formatChecks(checks, painter(terminal)));
      if (!isGood) process.exitCode = 1;
    });
  addMoreHelp(command, {
    notes:
      'Run it where a worker or an ingestor runs, with the same settings. It checks settings, stream key, Postgres, Redis,\n' +
      'migrations, clocks and connections, and changes nothing. It does not connect to Companies House, as that could end a\n' +
      'connection of an ingestor. It shows the answers of Companies House that the ingestors report.',
    good: 'no problem was found; there may be warnings',
    bad: 'a problem was found',
    examples: ['timepoint doctor', 'timepoint doctor --json | jq \'.checks[] | select(.state != "good")\''],
  });
}
