import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asError } from '@timepoint/shared/platform/errors';
import type { Logger } from '@timepoint/shared/platform/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { breakAfterWrites } from '../delivery/closing.ts';
import { hasErrorCode } from '../error-code.ts';
import { breakOff } from '../snapshots/break-off.ts';
import { inChunks } from '../snapshots/chunks.ts';
import { type Contents, type Share, shareOf } from '../snapshots/contents.ts';
import { faultsOfRow } from '../snapshots/faults.ts';
import type { OpenSnapshot } from '../snapshots/open-snapshot.ts';
import { FILE_NAMES, parseFileName, type SnapshotFile } from '../snapshots/snapshot-file.ts';
import { querySchemaOf, type SnapshotQuery } from '../snapshots/snapshot-query.ts';
import { zipOf } from '../snapshots/zip.ts';
import { BadRequestError, parseRequest } from './parse.ts';

interface FileRequest {
  Params: { name: string };
}

interface Asked {
  readonly file: SnapshotFile;
  readonly query: SnapshotQuery;
  readonly contents: Contents;
  readonly share: Share;
}

/** About half of the bytes of a row, plain and in a zip. A file that is cut ends after so many for each row. */
const HALF_A_ROW = { csv: [240, 45], txt: [300, 90] } as const;
const TYPES = { csv: 'text/csv', txt: 'text/plain', zip: 'application/zip' };

/** Serves the snapshot files and the document of each of their rows. */
export function addSnapshotRoutes(app: FastifyInstance, open: OpenSnapshot, log: Logger): void {
  const ask = async ({ params: { name }, query }: FastifyRequest<FileRequest>): Promise<Asked> => {
    const file = parseFileName(name);
    if (file === undefined)
      throw new BadRequestError(`no snapshot is called ${name}; possible: ${FILE_NAMES}`);
    const parsed = parseRequest(querySchemaOf(file.product), query);
    const contents = await open(file, parsed);
    if (contents === undefined)
      throw new BadRequestError(
        `at: the stream companies has no event ${parsed.at}; possible: newest, or a timepoint it has published`,
      );
    return { file, query: parsed, contents, share: shareOf(contents.rows, file) };
  };

  app.get<FileRequest>('/snapshots/:name', async (request, reply) => {
    const asked = await ask(request);
    await send(reply, asked).catch((thrown: unknown) => {
      const { entryName: file } = asked.file;
      if (hasErrorCode(thrown, 'ERR_STREAM_PREMATURE_CLOSE')) log.info({ file }, 'reader left a snapshot');
      else log.error({ err: asError(thrown), file }, 'snapshot failed');
    });
    return reply;
  });
  app.get<FileRequest>('/simulator/snapshot-truth/:name', async (request, reply) => {
    const lines = Readable.from(inChunks(truthLines(await ask(request))), { objectMode: false });
    return reply.type('application/x-ndjson').send(lines);
  });
}

/** Sends a file as fast as its reader reads it. A file that is cut ends in the middle. */
async function send(reply: FastifyReply, { file, query, contents, share }: Asked): Promise<void> {
  const chunks = inChunks(contents.write(share));
  const bytes = file.isZip
    ? zipOf(file.entryName, chunks, new Date(file.day))
    : Readable.from(chunks, { objectMode: false });
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': TYPES[file.isZip ? 'zip' : file.extension] });
  raw.flushHeaders();
  if (!query.faults.has('cut')) return pipeline(bytes, raw);
  const half = HALF_A_ROW[file.extension][file.isZip ? 1 : 0] * (share.to - share.from);
  await pipeline(breakOff(bytes, half), raw, { end: false });
  breakAfterWrites(raw);
}

/** Encodes the resource of each row of the part, with the faults of the row if it has any. */
function* truthLines({ query, contents, share }: Asked): Generator<string> {
  for (let index = share.from; index < share.to; index += 1) {
    const faults = faultsOfRow(query.faults, index);
    const resource = contents.resource(index);
    yield `${JSON.stringify(faults.length === 0 ? resource : { ...resource, faults })}\n`;
  }
}
