// First, as it starts the program again.
import '@timepoint/shared/platform/keep-memory-small';

import { loadConfig } from '@timepoint/shared/platform/config';
import { runService } from '@timepoint/shared/platform/lifecycle';
import { createLogger } from '@timepoint/shared/platform/logger';
import { configSchema } from './config.ts';
import { startSimulator } from './server.ts';

await runService('simulator', process.env, (env) => {
  const config = loadConfig(configSchema, env);
  return startSimulator({
    host: config.SIMULATOR_HOST,
    port: config.SIMULATOR_PORT,
    keys: config.CH_STREAM_KEY,
    streams: config.SIMULATOR_STREAMS,
    seed: config.SIMULATOR_SEED,
    rate: config.SIMULATOR_RATE,
    backlog: config.SIMULATOR_BACKLOG,
    variants: config.SIMULATOR_VARIANTS,
    stateFile: config.SIMULATOR_STATE_FILE,
    maxConnections: config.SIMULATOR_MAX_CONNECTIONS,
    heartbeatIntervalMs: config.SIMULATOR_HEARTBEAT_MS,
    sessionMs: config.SIMULATOR_SESSION_MS,
    maxBufferedBytes: config.SIMULATOR_MAX_BUFFERED_BYTES,
    retentionEvents: config.SIMULATOR_RETENTION_EVENTS,
    retentionMs: config.SIMULATOR_RETENTION_MS,
    log: createLogger({ name: 'simulator', level: config.LOG_LEVEL }),
  });
});
