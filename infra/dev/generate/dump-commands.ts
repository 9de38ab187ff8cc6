// Writes docs/cli.md. Run it after every change of a command: `node infra/dev/generate/dump-commands.ts`.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describeCommands } from './describe-commands.ts';

await writeFile(resolve(import.meta.dirname, '../../../docs/cli.md'), describeCommands());
