// Writes the rendered statements beside their source in packages/database/src. Run it after every change of one of them:
// `node infra/dev/generate/dump-statements.ts`.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeStatements } from './describe-statements.ts';

const SOURCE = resolve(import.meta.dirname, '../../../packages/database/src');

const statements = describeStatements();
for (const folder of new Set([...statements.keys()].map(dirname)))
  await rm(join(SOURCE, folder), { recursive: true, force: true });
for (const [file, text] of statements) {
  await mkdir(dirname(join(SOURCE, file)), { recursive: true });
  await writeFile(join(SOURCE, file), text);
}
