import { runService } from '@timepoint/shared/platform/lifecycle';
import { startWorker } from './start-worker.ts';

await runService('worker', process.env, startWorker);
