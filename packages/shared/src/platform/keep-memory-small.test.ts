import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTempFolder } from '@timepoint/testkit/temp-folder';

const FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=20'];
let folder: string;
let program: string;
beforeAll(() => {
  folder = createTempFolder();
  program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import '${new URL('keep-memory-small.ts', import.meta.url)}';
     const said = { pid: process.pid, execArgv: process.execArgv, args: process.argv.slice(2), arenas: process.env.MALLOC_ARENA_MAX };
     if (process.send) process.send(said, () => process.disconnect());
     else process.stdout.write(JSON.stringify(said));`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(nodeArgs: string[], args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { env });
  const [said, complaints] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { started: child.pid, complaints, ...JSON.parse(said) };
}

describe('Timepoint, started as a service in any way,', () => {
  it('starts again in the same process with the settings that keep its memory small, and says nothing', async () => {
    const { started, ...rest } = await run([], ['an argument', '--flag=1']);
    expect(rest).toEqual({
      pid: started,
      execArgv: FLAGS,
      args: ['an argument', '--flag=1'],
      arenas: '1',
      complaints: '',
    });
  });

  it("keeps the user's own settings", async () => {
    expect(
      await run(['--max_semi_space_size=16', '--no-warnings'], [], { MALLOC_ARENA_MAX: '3' }),
    ).toMatchObject({
      execArgv: [...FLAGS.slice(1), '--max_semi_space_size=16', '--no-warnings'],
      arenas: '3',
    });
    expect(await run([], [], { NODE_OPTIONS: '--max-semi-space-size=16' })).toMatchObject({
      execArgv: FLAGS.slice(1),
    });
  });

  it('goes on as it is when it has a channel to its parent, which would be lost', async () => {
    const child = fork(program, { env: {}, execArgv: [] });
    const [said] = await once(child, 'message');
    expect(said).toMatchObject({ pid: child.pid, execArgv: [] });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
