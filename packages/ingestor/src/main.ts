import { runService } from '@timepoint/shared/platform/lifecycle';
import { startIngestor } from './ingestor.ts';

await runService('ingestor', process.env, startIngestor);
