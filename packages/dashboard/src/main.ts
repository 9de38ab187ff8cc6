// First, as it starts the program again.
import '@timepoint/shared/platform/keep-memory-small';

import { runService } from '@timepoint/shared/platform/lifecycle';
import { startDashboard } from './start-dashboard.ts';

await runService('dashboard', process.env, startDashboard);
