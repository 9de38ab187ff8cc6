import pg from 'pg';
import { tabulate } from './tabulate.ts';

const TABLES = `
select
  relnamespace::regnamespace::text as schema, relname as name, relkind = 'v' as is_view,
  obj_description(oid, 'pg_class') as comment,
  array(
    -- Postgres breaks some definitions into lines, which a formatter of Markdown would indent.
    select replace(regexp_replace(regexp_replace(pg_get_indexdef(indexrelid), '\\s+', ' ', 'g'), 'CREATE (UNIQUE )?INDEX ', '\\1'), ' ON ' || pg_class.oid::regclass || ' USING', '')
    from pg_index where indrelid = pg_class.oid and not indisprimary order by 1
  ) as indexes
from pg_class
where relnamespace = any('{register,ingest}'::regnamespace[]) and relkind in ('r', 'v')
  and relname not in ('migrations', 'migrations_lock')
order by relnamespace::regnamespace::text = 'ingest', relkind = 'v', relname
`;

const COLUMNS = `
select attrelid::regclass::text as table, attname as name, format_type(atttypid, atttypmod) as type,
  attnotnull as is_required, col_description(attrelid, attnum) as comment
from pg_attribute
join pg_class on pg_class.oid = attrelid
where relnamespace = any('{register,ingest}'::regnamespace[]) and relkind in ('r', 'v')
  and attnum > 0 and not attisdropped
order by attrelid, attnum
`;

const FUNCTIONS = `
select pronamespace::regnamespace || '.' || proname || '(' || pg_get_function_identity_arguments(oid) || ')' as name,
  pg_get_function_result(oid) as result, obj_description(oid, 'pg_proc') as comment
from pg_proc
where pronamespace = any('{register,ingest}'::regnamespace[])
order by 1 desc
`;

interface Table {
  readonly schema: string;
  readonly name: string;
  readonly is_view: boolean;
  readonly comment: string | null;
  readonly indexes: readonly string[];
}

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly is_required: boolean;
  readonly comment: string | null;
}

interface Function {
  readonly name: string;
  readonly result: string;
  readonly comment: string | null;
}

// The template of the tables that hold a stream: they are created `like` it.
const TEMPLATE = 'ingest.resource';

const HEADER = `# The schema

Generated from the comments in the database by \`infra/dev/generate/dump-schema.ts\`. Do not edit.

Schema \`register\` is the copy: one table for each stream, named as the stream, and views that answer the first questions.
Schema \`ingest\` is the ledger of what was read. Columns marked \\* are never null.
`;

/**
 * Describes schemas \`register\` and \`ingest\` of a migrated database as Markdown, from the comments in the database.
 */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<Table>(TABLES);
    const { rows: columns } = await client.query<Column>(COLUMNS);
    const { rows: functions } = await client.query<Function>(FUNCTIONS);
    const columnsOf = (name: string) => columns.filter((column) => column.table === name);
    const common = columnsOf(TEMPLATE);
    const sections = tables
      .filter((table) => nameOf(table) !== TEMPLATE)
      .map((table) => describeTable(table, columnsOf(nameOf(table)), common));
    return [HEADER, describeCommon(common), ...sections, describeFunctions(functions)].join('\n');
  } finally {
    await client.end();
  }
}

const nameOf = ({ schema, name }: Table) => `${schema}.${name}`;

function describeCommon(common: readonly Column[]): string {
  return `## Columns of the nine stream tables

Each table that holds a stream has these columns of the template \`${TEMPLATE}\`. Below, such a table shows the columns
that it has besides, and those that mean something else in it.

${describeColumns(common)}`;
}

function describeTable(table: Table, columns: readonly Column[], common: readonly Column[]): string {
  const isStream = common.every(({ name }) => columns.some((column) => column.name === name));
  const own = isStream ? columns.filter((column) => !common.some((other) => isSame(column, other))) : columns;
  const note = isStream ? 'It also has the [common columns](#columns-of-the-nine-stream-tables).\n\n' : '';
  const isDescribed = columns.some((column) => column.comment !== null);
  const list =
    table.is_view && !isDescribed
      ? `${columns.map((column) => `\`${column.name}\``).join(', ')}\n`
      : describeColumns(own);
  const found = table.indexes.map((index) => `- ${index.trim()}`);
  const indexList = found.length > 0 ? `\nIndexes:\n\n${found.join('\n')}\n` : '';
  const heading = `## ${table.is_view ? 'View' : 'Table'} \`${nameOf(table)}\``;
  return `${heading}\n\n${table.comment ?? ''}\n\n${note}${list}${indexList}`;
}

function isSame(column: Column, other: Column): boolean {
  return (['name', 'type', 'is_required', 'comment'] as const).every((key) => column[key] === other[key]);
}

function describeColumns(columns: readonly Column[]): string {
  return tabulate(
    ['column', 'type', 'meaning'],
    columns.map((column) => [
      `\`${column.name}\`${column.is_required ? ' \\*' : ''}`,
      column.type,
      column.comment ?? '',
    ]),
  );
}

function describeFunctions(functions: readonly Function[]): string {
  const rows = functions.map(({ name, result, comment }) => [`\`${name}\``, result, comment ?? '']);
  return `## Functions\n\n${tabulate(['function', 'result', 'meaning'], rows)}`;
}
