// Server-sent events keep an open page live. Each has the sections that changed since the one before. Every sample makes an
// event, changed or not, so a page that gets none knows that it is not live any more.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** The parts of a page that change: the id of an element, and what is in it. */
export type Sections = Readonly<Record<string, string>>;

/** A state of a page. */
export interface View {
  /** When the page was in this state, in ms since the epoch. */
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

/** Formats views as the text of events. Each event has only the sections that changed. */
export async function* formatViews(views: AsyncIterable<View>): AsyncGenerator<string> {
  const sent = new Map<string, string>();
  yield 'retry: 1000\n\n';
  for await (const { at, sections, isFinal = false } of views) {
    const changed = Object.entries(sections).filter(([id, html]) => sent.get(id) !== html);
    for (const [id, html] of changed) sent.set(id, html);
    yield `data: ${JSON.stringify({ at, sections: Object.fromEntries(changed), isFinal })}\n\n`;
  }
}
