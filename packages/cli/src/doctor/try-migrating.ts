import { prepareDatabase, type Unfit } from '@timepoint/database/migration/prepare-database';
import type { Database, Sql } from '@timepoint/database/pool';
import { asError } from '@timepoint/shared/platform/errors';

const STEPS: readonly (readonly [remedy: string, run: (tx: Sql) => Promise<unknown>])[] = [
  [
    'as the owner: grant create on database … to the role, or create the schemas ingest and register with ' +
      '`authorization` of the role; and have `create extension pg_trgm` run by the owner',
    prepareDatabase,
  ],
  [
    'as the owner: create schema register authorization … (the role)',
    (tx) =>
      tx.query(
        `do $$ begin if to_regnamespace('register') is null then create schema register; end if; end $$`,
      ),
  ],
  [
    'as the owner of the schemas: alter schema ingest owner to … (the role), and register too',
    async (tx) => {
      for (const schema of ['ingest', 'register'])
        await tx.query(`create table ${schema}.timepoint_doctor (id integer)`);
    },
  ],
  [
    'migrate as the role that owns the tables of ingest and register',
    (tx) =>
      tx.query(`do $$ declare it record; begin
        for it in select format('%I.%I', nspname, relname) as name, relowner
          from pg_class join pg_namespace on pg_namespace.oid = relnamespace
          where nspname in ('ingest', 'register') and relkind in ('r', 'v')
        loop
          if not pg_has_role(it.relowner, 'usage') then
            raise exception 'the role does not own %', it.name using errcode = '42501';
          end if;
        end loop;
      end $$`),
  ],
];

/** Tries the steps of `migrate` and rolls them back. Returns why the role can't migrate, or null when it can. */
export async function tryMigrating(database: Database): Promise<Unfit | null> {
  let unfit: Unfit | null = null;
  const trying = database.tryAndRollBack(async (tx) => {
    for (const [remedy, run] of STEPS) {
      await run(tx).catch((error: unknown) => {
        unfit = { text: `the role can't migrate: ${asError(error).message}`, remedy };
        throw error;
      });
    }
  });
  await trying.catch((error: unknown) => {
    if (unfit === null) throw error;
  });
  return unfit;
}
