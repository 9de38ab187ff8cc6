import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Serves script, style and icon of the pages from `<folder>/assets`. */
export async function addAssets(app: FastifyInstance, folder: string): Promise<void> {
  // They are small and change with the program: the browser asks each time whether its copy is still good.
  await app.register(fastifyStatic, { root: join(folder, 'assets'), prefix: '/assets/', maxAge: 0 });
}
