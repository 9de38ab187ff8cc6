import { createLogger } from '@timepoint/shared/logger';
import { openQueues } from '@timepoint/shared/queues';
const q = await openQueues({ redisUrl: process.env.REDIS_URL || undefined, databaseUrl: process.env.DATABASE_URL, prefix: '{timepoint}' }, createLogger({ name: 'x', level: 'error' }));
await q.streams.add('companies', { timepoint: 22000001, origin: 22000000 } as never, { jobId: 'companies' });
await q.close();
