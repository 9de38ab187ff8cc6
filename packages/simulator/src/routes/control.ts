import { STREAM_NAMES } from '@timepoint/shared/contract/streams';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Control } from '../control.ts';
import { faultsSchema } from '../faults/schema.ts';
import { parseRequest } from './parse.ts';

const emitSchema = z.strictObject({ count: z.int().min(1).max(10_000_000) });

const paceSchema = z.strictObject({
  eventsPerSecond: z.number().min(0).max(1_000_000),
  burst: z
    .strictObject({
      everySeconds: z.number().positive(),
      factor: z.number().min(0),
      seconds: z.number().positive(),
    })
    .refine((burst) => burst.seconds <= burst.everySeconds, 'a burst must end before the next one')
    .optional(),
});

const disconnectSchema = z.strictObject({ cutTail: z.boolean().default(false) });

const countAnewSchema = z.strictObject({
  stream: z.enum(STREAM_NAMES).default('companies'),
  first: z.int().min(1).default(1),
  beyond: z.enum(['416', 'oldest']).default('416'),
  base: z.int().min(0).default(1_000_000_000_000),
});

/** Serves the controls of the simulator to tests and operators. */
export function addControlRoutes(app: FastifyInstance, control: Control): void {
  app.post('/simulator/emit', async ({ body }) => {
    const { count } = parseRequest(emitSchema, body);
    const newest = await control.emit(count);
    return { newest };
  });
  app.post('/simulator/rate', async ({ body }) => {
    control.setRate(parseRequest(paceSchema, body));
    return control.status();
  });
  app.post('/simulator/faults', async ({ body }) => {
    control.setFaults(parseRequest(faultsSchema, body));
    return control.status();
  });
  app.delete('/simulator/faults', async () => {
    control.clearFaults();
    return control.status();
  });
  app.post('/simulator/disconnect', async ({ body }) => ({
    disconnected: control.disconnect(parseRequest(disconnectSchema, body)),
  }));
  app.post('/simulator/count-anew', async ({ body }) => {
    const { stream, ...anew } = parseRequest(countAnewSchema, body);
    control.countAnew({ stream, ...anew });
    return control.status();
  });
  app.get('/simulator/status', async () => control.status());
}
