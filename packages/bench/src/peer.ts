import type { System } from '@timepoint/e2e/system';

const UPSERT = `
insert into script_companies (resource_uri, data, timepoint) values ($1, $2, $3)
on conflict (resource_uri) do update set data = excluded.data, timepoint = excluded.timepoint
`;

/** Reads the beginning of the stream as the usual script does: an upsert and a saved position for each event. */
export async function readByScript({ env, sql }: System, events: number): Promise<void> {
  await sql.query(
    'create table script_companies (resource_uri text primary key, data jsonb, timepoint bigint)',
  );
  await sql.query('create table script_position (timepoint bigint)');
  await sql.query('insert into script_position values (0)');
  const authorization = `Basic ${Buffer.from(`${env.CH_STREAM_KEY}:`).toString('base64')}`;
  const response = await fetch(`${env.CH_STREAM_URL}/companies?timepoint=22000001`, {
    headers: { authorization },
  });
  let rest = '';
  let read = 0;
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((candidate) => candidate !== '')) {
      const event = JSON.parse(line);
      await sql.query(UPSERT, [event.resource_uri, event.data ?? null, event.event.timepoint]);
      await sql.query('update script_position set timepoint = $1', [event.event.timepoint]);
      read += 1;
      if (read === events) return;
    }
  }
}
