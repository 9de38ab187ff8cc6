// The OpenTelemetry SDK is loaded only when traces are wanted. Otherwise it costs no memory and no start-up time.
import { context, type DiagLogger, diag, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import type { BullMQOtel } from 'bullmq-otel';
import { asError } from './errors.ts';
import { inTime } from './in-time.ts';
import type { Logger } from './logger.ts';

export interface Tracing {
  /** Carries traces through the queues; undefined when there are none. */
  readonly telemetry: BullMQOtel | undefined;
  /** Sends the remaining spans to the collector, within a deadline. */
  close(): Promise<void>;
}

/** A batch of spans that the collector does not take within this time, retries included, is dropped, in ms. */
const SEND_TIMEOUT_MS = 2_000;
/** How long sending the last spans may take, in ms: far less than the shutdown deadline of a process. */
const CLOSE_DEADLINE_MS = 3_000;
const OFF: Tracing = { telemetry: undefined, close: async () => undefined };

/**
 * Starts to send the traces of this process to the collector at `endpoint`, a base URL for OTLP over HTTP; undefined
 * sends none. Close it after the queues.
 */
export async function startTracing(
  service: string,
  endpoint: string | undefined,
  logger: Logger,
): Promise<Tracing> {
  if (endpoint === undefined) return OFF;
  const [
    sdk,
    { AsyncLocalStorageContextManager },
    { W3CTraceContextPropagator },
    exporters,
    resources,
    queues,
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('bullmq-otel'),
  ]);
  const report = reportTo(logger);
  diag.setLogger(report);
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`;
  const exporter = new exporters.OTLPTraceExporter({ url, timeoutMillis: SEND_TIMEOUT_MS });
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': `timepoint-${service}` }),
    sampler: new sdk.ParentBasedSampler({ root: onlyJobs(sdk.SamplingDecision) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return {
    telemetry: new queues.BullMQOtel({ tracerName: 'bullmq' }),
    close: async () => {
      const sent = provider.shutdown().catch((error: unknown) => report.error(asError(error).message));
      await inTime(sent, CLOSE_DEADLINE_MS);
      for (const api of [trace, context, propagation, diag]) api.disable();
    },
  };
}

/** Leaves out the internal work of BullMQ, such as looking for the next job: no user needs traces of it. */
function onlyJobs(decisions: typeof SamplingDecision): Sampler {
  const { NOT_RECORD, RECORD_AND_SAMPLED } = decisions;
  return {
    shouldSample: (_context, _traceId, _name, kind) => ({
      decision: kind === SpanKind.INTERNAL ? NOT_RECORD : RECORD_AND_SAMPLED,
    }),
    toString: () => 'OnlyJobs',
  };
}

/** A collector that is down costs traces and nothing else. The log says so. */
function reportTo(logger: Logger): DiagLogger {
  const warn = (detail: string) => logger.warn({ detail }, 'traces can not be sent');
  const pass = () => undefined;
  return { error: warn, warn, info: pass, debug: pass, verbose: pass };
}
