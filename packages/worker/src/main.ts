import { runService } from '@timepoint/shared/lifecycle';
import { startWorker } from './start-worker.ts';

await runService('worker', process.env, startWorker);
