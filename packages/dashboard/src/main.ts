import { runService } from '@timepoint/shared/lifecycle';
import { startDashboard } from './start-dashboard.ts';

await runService('dashboard', process.env, startDashboard);
