// First, as it starts the program again.
import '@timepoint/shared/platform/keep-memory-small';

import { runService } from '@timepoint/shared/platform/lifecycle';
import { startIngestor } from './ingestor.ts';

await runService('ingestor', process.env, startIngestor);
