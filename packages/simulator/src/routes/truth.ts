import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Feed } from '../feed.ts';
import { BadRequestError, parseRequest } from './parse.ts';

const querySchema = z.object({
  timepoint: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a timepoint')
    .transform(Number)
    .optional(),
});

// Enough lines to be worth a write, few enough to be encoded quickly.
const LINES_PER_CHUNK = 50;

/** Serves the ground truth of one stream: what a perfect reader would hold. */
export function addTruthRoutes(app: FastifyInstance, feed: Feed): void {
  const { stream, truth } = feed;
  const asked = (query: unknown): number => {
    const { timepoint = feed.position } = parseRequest(querySchema, query);
    if (timepoint <= feed.position) return timepoint;
    throw new BadRequestError(`there is no event ${timepoint} yet, the newest is ${feed.position}`);
  };
  app.get(`/simulator/truth/${stream.name}`, async ({ query }, reply) =>
    sendLines(reply, await truth.resources(asked(query))),
  );
  if (!stream.hasCompanyStatus) return;
  app.get(`/simulator/truth/${stream.name}/status-changes`, async ({ query }, reply) =>
    sendLines(reply, await truth.statusChanges(asked(query))),
  );
}

function sendLines(reply: FastifyReply, rows: readonly object[]): FastifyReply {
  return reply.type('application/x-ndjson').send(Readable.from(encodeRows(rows), { objectMode: false }));
}

function* encodeRows(rows: readonly object[]): Generator<string> {
  for (let start = 0; start < rows.length; start += LINES_PER_CHUNK) {
    const chunk = rows.slice(start, start + LINES_PER_CHUNK);
    yield `${chunk.map((row) => JSON.stringify(row)).join('\n')}\n`;
  }
}
