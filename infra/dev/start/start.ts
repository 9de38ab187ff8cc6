// npm start: everything on this machine, on private stores, until Ctrl-C.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { printable } from '@timepoint/shared/platform/printable';
import { listenForStop } from '../stop-request.ts';
import { bringUp } from './bring-up.ts';

const root = resolve(import.meta.dirname, '../../..');
const settings = join(root, '.env');
if (existsSync(settings)) process.loadEnvFile(settings);
// A closed terminal takes no output, which is no reason to stop halfway.
process.stdout.on('error', () => undefined);

process.exitCode = await bringUp({
  root,
  env: process.env,
  stop: listenForStop(),
  say: (line) => process.stdout.write(`${printable(line)}\n`),
});
