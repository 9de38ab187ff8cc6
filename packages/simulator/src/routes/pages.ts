import type { FastifyReply } from 'fastify';
import type { Respond } from '../faults/schema.ts';

/** Answers with the web page of the publisher for a request without a service. */
export function sendHtml(reply: FastifyReply, status: number): FastifyReply {
  const title = `${status} Service Unavailable`;
  const page = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return reply.code(status).type('text/html').send(page);
}

/** Answers with the publisher's JSON error. */
export function sendError(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error, type: 'ch:service' });
}

/** Answers with the response of a fault. */
export function sendFault(reply: FastifyReply, { status, retryAfterSeconds, body }: Respond): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  if (body !== undefined) return reply.code(status).type('text/plain').send(body);
  return status >= 500 ? sendHtml(reply, status) : sendError(reply, status, `Simulated ${status}`);
}
