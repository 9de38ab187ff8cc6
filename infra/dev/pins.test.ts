import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const allOf = (text: string, pattern: RegExp) =>
  Array.from(text.matchAll(pattern), ([, found = '']) => found);

const workflows = readdirSync(join(ROOT, '.github/workflows')).map((file) => `.github/workflows/${file}`);
const workspace = read('pnpm-workspace.yaml');
const renovate = JSON.parse(read('renovate.json')) as { minimumReleaseAge: string; automerge: boolean };

describe('Timepoint, pinning what it is built with,', () => {
  it('names one version of pnpm, which the bootstrap and the images get', () => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
    expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
    for (const file of ['infra/dev/run.mjs', 'infra/docker/Dockerfile'])
      expect([file, read(file)]).toEqual([file, expect.stringContaining('.packageManager')]);
  });

  it('names one version of each package', () => {
    const catalog = workspace.slice(workspace.indexOf('\ncatalog:'), workspace.indexOf('\n\n#'));
    const versions = allOf(catalog, /^ {2}\S+: (.+)$/gm);
    expect(versions.length).toBeGreaterThan(50);
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('names a full version of each image', () => {
    const images = [
      ...allOf(read('infra/docker/Dockerfile'), /^(?:# syntax=|FROM )([\w./]+:\S+)/gm),
      ...allOf(read('infra/compose.yaml'), /^ +image: (\S+)$/gm),
      ...workflows.flatMap((file) => allOf(read(file), /"((?:postgres|redis|valkey\/valkey):[^"]+)"/g)),
    ];
    expect(images.length).toBeGreaterThan(8);
    const isFull = (image: string) =>
      /:(\d+\.\d+\.\d+|1[5-9]\.\d+)(-slim)?(@sha256:[0-9a-f]{64})?$/.test(image);
    expect(images.filter((image) => !isFull(image))).toEqual([]);
  });

  it('names a commit of each action, with its version beside it', () => {
    const actions = workflows.flatMap((file) => allOf(read(file), /uses: (.+)$/gm));
    expect(actions.length).toBeGreaterThan(3);
    expect(actions.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('takes no version in its first days, neither by hand nor by Renovate, which merges nothing', () => {
    const [minutes] = allOf(workspace, /^minimumReleaseAge: (\d+)$/gm);
    expect(renovate.minimumReleaseAge).toBe(`${Number(minutes) / 60 / 24} days`);
    expect(renovate.automerge).toBe(false);
  });
});
