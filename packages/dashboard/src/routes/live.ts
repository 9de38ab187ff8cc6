// What keeps an open page live: server-sent events, each with the sections that changed since the one before. An event
// comes with every sample, changed or not, so that a page that gets none knows that it is not live any more.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** The parts of a page that change: the id of an element, and what is in it. */
export type Sections = Readonly<Record<string, string>>;

/** A state of a page. */
export interface View {
  /** When it was so, in ms since the epoch. */
  readonly at: number;
  readonly sections: Sections;
  /** Nothing will change after it. */
  readonly isFinal?: boolean;
}

/** Sends views until there are no more or the client goes. */
export function sendLive(
  reply: FastifyReply,
  follow: (signal: AbortSignal) => AsyncIterable<View>,
): FastifyReply {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(formatViews(follow(gone.signal))));
}

/** The text of the events; only what changed of each view is told. */
export async function* formatViews(views: AsyncIterable<View>): AsyncGenerator<string> {
  const told = new Map<string, string>();
  yield 'retry: 1000\n\n';
  for await (const { at, sections, isFinal = false } of views) {
    const changed = Object.entries(sections).filter(([id, html]) => told.get(id) !== html);
    for (const [id, html] of changed) told.set(id, html);
    yield `data: ${JSON.stringify({ at, sections: Object.fromEntries(changed), isFinal })}\n\n`;
  }
}
