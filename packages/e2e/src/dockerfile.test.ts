import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dockerignore from '@balena/dockerignore';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { DOCKERFILE, readImages, readTargets } from './dockerfile.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const targets = readTargets();
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const letsIn = dockerignore.default().add(read('.dockerignore')).createFilter();
const hasPackage = (source: string) =>
  statSync(join(ROOT, source.split('/').slice(0, 2).join('/')), { throwIfNoEntry: false }) !== undefined;

/** What a build is sent, but for the folders that never are. */
function listContext(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', '.git'].includes(entry.name) ? [] : listContext(path);
    return letsIn(path) ? [path] : [];
  });
}

describe('Timepoint, made into images,', () => {
  it('has a Dockerfile that its linter finds nothing in', () => {
    expect(validate(readFileSync(DOCKERFILE, 'utf8'))).toEqual([]);
  });

  it('has an image for each service and one that migrates', () => {
    expect(targets.map(({ name }) => name).toSorted()).toEqual([
      'dashboard',
      'ingestor',
      'migrate',
      'simulator',
      'worker',
    ]);
  });

  it.each(targets)('runs $name on the slim Node, not as root, in exec form, with labels', (image) => {
    const base = readImages().get(image.from);
    expect(base).toMatchObject({ name: 'base', from: expect.stringMatching(/^node:24\.\d+\.\d+-slim/) });
    expect(image.user).toBe('node');
    expect(image.env.NODE_ENV).toBe('production');
    expect(image.entrypoint.length).toBeGreaterThan(0);
    expect(image.labels).toEqual(
      ['title', 'description', 'licenses', 'version', 'revision'].map(
        (label) => `org.opencontainers.image.${label}`,
      ),
    );
  });

  it.each(targets)('copies into $name only what a build is sent or makes', ({ copied }) => {
    for (const { stage, source } of copied) {
      if (stage === undefined) {
        const files = statSync(join(ROOT, source)).isDirectory() ? listContext(source) : [source];
        expect(files.length).toBeGreaterThan(0);
        expect(files.filter((path) => !letsIn(path))).toEqual([]);
        continue;
      }
      expect(stage).toBe('build');
      expect(source).toMatch(/^packages\/\w+\/dist/);
      // A service that is yet to come has nothing to look at.
      if (hasPackage(source)) expect(() => statSync(join(ROOT, source))).not.toThrow();
    }
  });

  it('sends a build what it needs, and no secret, data, test or bundle', () => {
    const context = listContext();
    expect(context).toEqual(
      expect.arrayContaining(['pnpm-lock.yaml', 'infra/dev/bundle.mjs', 'packages/worker/src/main.ts']),
    );
    expect(
      context.filter((path) =>
        /\.env|\.timepoint|\.test\.ts$|\/dist\/|^docs\/(?!operations\.md)|^infra\/dev\/.*\.ts$/.test(path),
      ),
    ).toEqual([]);
    for (const secret of [
      '.env',
      'infra/.env',
      'packages/worker/.env',
      '.timepoint/live/postgres/PG_VERSION',
    ])
      expect(letsIn(secret)).toBe(false);
  });

  it.each(listContext('packages').filter((path) => path.endsWith('package.json')))(
    'sends a build the scripts that %s bundles with',
    (path) => {
      const { scripts = {} } = JSON.parse(read(path)) as { scripts?: Record<string, string> };
      const named = [...(scripts.bundle ?? '').matchAll(/\.\.\/\.\.\/(\S+)/g)].map(
        ([, script = '']) => script,
      );
      expect(named.filter((script) => !letsIn(script))).toEqual([]);
    },
  );

  it('keeps the heap of its command line as small as the script does', () => {
    const script = (JSON.parse(read('package.json')) as { scripts: { timepoint: string } }).scripts.timepoint;
    const flags = (text: string) => text.match(/ --[\w-]+(=\d+)?/g)?.toSorted();
    expect(flags(read('infra/docker/timepoint'))).toEqual(flags(script));
    expect(statSync(join(ROOT, 'infra/docker/timepoint')).mode & 0o111).toBe(0o111);
  });
});
