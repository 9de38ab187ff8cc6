import { describe, expect, it } from '@jest/globals';
import { CommanderError } from 'commander';
import { startCommand } from '../test-command-line.ts';

/** There is no store to connect to. */
const run = (args: string) => startCommand(args, '').ended;

const COMPANY = /A company number has eight digits, or letters among them, such as 09876543 or SC123456/;
const STREAM = /"company" is not a stream; use one or more of: companies, filings/;
const DATE = /Write a date such as 2026-01-01/;

describe('Timepoint, before it connects to a store,', () => {
  it.each([
    ['tail --company nonsense', COMPANY],
    ['tail --status --company 123456789012', COMPANY],
    ['tail --company=', COMPANY],
    ['tail --stream company', STREAM],
    ['history 0987/654', COMPANY],
    ['history 09876543 --stream company', STREAM],
    ['history 09876543 --since 2026-02-30', DATE],
    ['history 09876543 --limit -1', /Write a number of events, at least 1/],
    ['explain PARGETER', COMPANY],
    ['dead-letters list --company nonsense', COMPANY],
    ['dead-letters list --stream company', STREAM],
    ['dead-letters list --since yesterday', DATE],
    ['dead-letters list --until 2026-13-01', DATE],
    ['dead-letters list --limit many', /Write a number of letters, at least 1/],
    ['dead-letters list --fingerprint=', /Write a group, as in the last column of the list/],
    ['dead-letters show -- -1', /Write the id of a dead letter/],
    ['dead-letters replay --company nonsense', COMPANY],
    ['dead-letters discard 17 18x --because x', /Write the id of a dead letter/],
    ['epoch begin company --because x', STREAM],
    ['epoch begin companies --because x --from 0', /Write a timepoint, a whole number from 1 on/],
    ['rewind company 22000100', STREAM],
    ['rewind companies 22e6', /Write a timepoint, a whole number such as 22000100/],
    ['rebuild --stream company', STREAM],
    ['unfollow company', STREAM],
    ['verify --stream company', STREAM],
    ['snapshot import x --date 2026-02-30', /Write a day such as 2026-11-01/],
    ['snapshot import x --date 0000-01-01', /Write a day such as 2026-11-01/],
    ['snapshot import x --max-rejects few', /Write a number of lines/],
    ['snapshot show 0', /Write the id of an import/],
  ])('refuses `%s`', async (args, explanation) => {
    const failure = run(args);
    await expect(failure).rejects.toBeInstanceOf(CommanderError);
    await expect(failure).rejects.toThrow(explanation);
  });

  it.each(['tail --company', 'history', 'explain', 'dead-letters list --company'])(
    'accepts each form of a company number for `%s`',
    async (command) => {
      for (const number of ['09876543', '7', 'SC123456', 'sc123456', 'IP00001R'])
        await expect(run(`${command} ${number}`)).rejects.toThrow('DATABASE_URL: is not set');
    },
  );
});
