import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';

/** Allows only our own files: no inline script or style, no other site, no frame around a page. */
const OWN_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** Bull Board writes styles into its elements, has its own fonts, and gives its path in a `base` element. */
const BULL_BOARD_POLICY = {
  ...OWN_POLICY,
  styleSrc: ["'self'", "'unsafe-inline'"],
  fontSrc: ["'self'", 'data:'],
  baseUri: ["'self'"],
};

/** Adds the security headers to every answer. */
export async function addHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: OWN_POLICY },
    // Under the default the browser leaves out `Origin`, which identifies our own pages.
    referrerPolicy: { policy: 'same-origin' },
    // Only the proxy in front knows whether there is TLS, and for which names.
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  });
  app.addHook('onRequest', async (request, reply) => {
    if (/^\/queues(\/|\?|$)/.test(request.url))
      await reply.helmet({ contentSecurityPolicy: { useDefaults: false, directives: BULL_BOARD_POLICY } });
    reply.header('cache-control', 'no-store');
  });
}
