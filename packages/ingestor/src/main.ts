import { runService } from '@timepoint/shared/lifecycle';
import { startIngestor } from './ingestor.ts';

await runService('ingestor', process.env, startIngestor);
