import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyTestEvents, CURE, forget, POISON } from '@timepoint/testkit/letters';
import { type MigratedDatabase, openMigratedDatabase } from '@timepoint/testkit/migrated-database';
import { startCommand } from '../test-command-line.ts';
import { operator } from './operator.ts';

let database: MigratedDatabase;

beforeAll(async () => {
  database = await openMigratedDatabase(2);
});
afterAll(() => database.close());
beforeEach(async () => {
  await forget(database);
  await database.query(POISON);
  await applyTestEvents(database, [
    { timepoint: 101, name: 'POISON' },
    { timepoint: 102, company: 'SC123456', name: 'POISON' },
    { timepoint: 103, company: 'NI123456', name: 'A', type: 'renamed' },
  ]);
});

const run = (args: string, signal = new AbortController().signal) =>
  startCommand(`dead-letters ${args}`, database.url, { signal }).ended;
const json = async (args: string) => JSON.parse((await run(`${args} --json`)).printed);

describe('Timepoint, asked about dead letters,', () => {
  it('lists the causes, the most frequent first', async () => {
    const { printed, exitCode } = await run('list');
    const [head, first, second] = printed.split('\n');
    expect(head).toMatch(/^letters +stream +reason +path +companies/);
    expect(first).toMatch(/^2 +companies +rejected +no_poison +2 .*violates check constraint no_poison/);
    expect(second).toMatch(/^1 +companies +envelope +event.type +1 /);
    expect(exitCode).toBeUndefined();
    expect(await json('list')).toMatchObject([{ letters: 2, companies: 2 }, { letters: 1 }]);
    expect((await run('list --company 09999999')).printed).toBe('No dead letter matches.\n');
  });

  it('lists each letter, and shows one with its raw text', async () => {
    const each = await json('list --each --company SC123456');
    expect(each).toMatchObject([{ timepoint: 102, state: 'open', attempts: 1 }]);
    expect((await run('list --each')).printed).toMatch(/\d+ +companies +102 +open +1 +\/company\/SC123456/);
    const shown = (await run(`show ${each[0].id}`)).printed;
    expect(shown).toMatch(/^dead letter \d+: companies 102, open\n/);
    expect(shown).toContain(each[0].raw);
    expect(await json(`show ${each[0].id}`)).toEqual(each[0]);
    await expect(run('show 4711')).rejects.toThrow('There is no dead letter 4711');
  });

  it('shows what a replay would do, does it, and ends with 1 as long as a letter fails', async () => {
    await database.query(CURE);
    expect(await run('replay --all --dry-run')).toEqual({
      printed: expect.stringMatching(/^2 of 3 would pass now, 1 not\n {2}1 × event\.type/),
      exitCode: 1,
    });
    expect(await run('replay --reason rejected')).toEqual({
      printed: '2 of 2 were applied\n',
      exitCode: undefined,
    });
    expect(await json('list')).toMatchObject([{ letters: 1, reason: 'envelope' }]);
  });

  it('discards only with a reason, and records it in the audit', async () => {
    const [{ id }] = await json('list --each --reason envelope');
    await expect(run(`discard ${id}`)).rejects.toThrow(/required option '--because/);
    expect(await run(`discard ${id} --because nonsense`)).toMatchObject({
      printed: '1 of 1 were discarded\n',
    });
    const { rows } = await database.query('select who, what, details from ingest.audit');
    expect(rows).toEqual([
      {
        who: operator(),
        what: 'discard',
        details: expect.objectContaining({ because: 'nonsense', passed: 1 }),
      },
    ]);
  });

  it('refuses an empty reason', async () => {
    const [{ id }] = await json('list --each --reason envelope');
    await expect(run(`discard ${id} --because=`)).rejects.toThrow(/Write a reason/);
    expect(await json('list --each --reason envelope')).toHaveLength(1);
  });

  it('reports a named letter that does not exist or does not match', async () => {
    await database.query(CURE);
    const [{ id }] = await json('list --each --reason rejected');
    expect(await run(`replay ${id} 4711 ${id}`)).toEqual({
      printed: expect.stringMatching(
        /^1 of 1 were applied\n1 of the letters that you named were not found: .*`timepoint dead-letters show <id>`/,
      ),
      exitCode: 1,
    });
    expect(await run(`replay ${id}`)).toMatchObject({ exitCode: 1 });
    expect(await run(`replay 4711 --json`)).toMatchObject({ exitCode: 1 });
  });

  it('does nothing without a selection', async () => {
    await expect(run('replay')).rejects.toThrow(/by id, by an option such as --stream, or --all/);
    await expect(run('discard --because x')).rejects.toThrow(/name the letters to discard/);
    await expect(run('replay x')).rejects.toThrow(/Write the id of a dead letter/);
  });

  it('stops at once when it is interrupted', async () => {
    await database.query(CURE);
    expect(await run('replay --all', AbortSignal.abort())).toEqual({
      printed: '0 of 3 were applied; 3 were left, as the action was cancelled\n',
      exitCode: 1,
    });
  });
});
