// Writes the tables of metrics in docs/telemetry.md. Run it after every change of a metric:
// `node infra/dev/generate/dump-metrics.ts`.
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeMetrics, replaceTables } from './describe-metrics.ts';

const FILE = resolve(import.meta.dirname, '../../../docs/telemetry.md');

await writeFile(FILE, replaceTables(await readFile(FILE, 'utf8'), await describeMetrics()));
