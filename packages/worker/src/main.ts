// First, as it starts the program again.
import '@timepoint/shared/platform/keep-memory-small';

import { runService } from '@timepoint/shared/platform/lifecycle';
import { startWorker } from './start-worker.ts';

await runService('worker', process.env, startWorker);
