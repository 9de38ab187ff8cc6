import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@timepoint/shared/platform/config';
import { SETTINGS_BY_PROCESS } from '@timepoint/shared/platform/settings/by-process';
import { configSchema as simulatorSettings } from '@timepoint/simulator/config';
import { DCLinter } from 'dclint';
import { COMPOSE_FILE, type ComposeService, environmentOf, readCompose, readEnvFile } from './compose.ts';
import { readTargets } from './dockerfile.ts';

/** The settings of each image of ours. */
const SCHEMAS: Readonly<Record<string, Parameters<typeof loadConfig>[0] & { readonly shape: object }>> = {
  ...SETTINGS_BY_PROCESS,
  migrate: SETTINGS_BY_PROCESS.worker.pick({ DATABASE_URL: true }),
  simulator: simulatorSettings,
};
/** The settings that compose.yaml does not pass on. */
const LEFT_OUT: Readonly<Record<string, (setting: string) => boolean>> = {
  // Its queues are in Redis.
  ingestor: (setting) => setting === 'DATABASE_URL',
  // A demo needs no more.
  simulator: (setting) => /^SIMULATOR_/.test(setting) && !/_(HOST|PORT|RATE|STATE_FILE)$/.test(setting),
};

const { services, volumes } = readCompose();
const images = readTargets();
const names = Object.keys(SCHEMAS);
const real = { ...readEnvFile('.env.example') };
for (const name of Object.keys(real)) real[name] = `given${name}`;

const service = (name: string): ComposeService => services[name] ?? {};
const schemaOf = (name: string) => {
  const schema = SCHEMAS[name];
  if (schema === undefined) throw new Error(`the settings of ${name} are not known`);
  return schema;
};
const imageOf = (name: string) => images.find((image) => image.name === service(name).build?.target);
const namesOf = (name: string) => [
  ...Object.keys(service(name).environment ?? {}),
  ...Object.keys(imageOf(name)?.env ?? {}).filter((variable) => !['PATH', 'NODE_ENV'].includes(variable)),
];

function seconds(duration = ''): number {
  expect(duration).toMatch(/^\d+s$/);
  return Number.parseInt(duration, 10);
}

describe('Timepoint, in containers,', () => {
  it('keeps to the Compose Specification and to what its linter advises', () => {
    const rules = {
      // The order is that of starting, and what a service shares with the others comes first.
      'service-keys-order': 0,
      'services-alphabetical-order': 0,
      'top-level-properties-order': 0,
      'require-quotes-in-ports': [2, { quoteType: 'double' }],
    } as const;
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] });
    const results = linter.lintFiles([fileURLToPath(COMPOSE_FILE)], false);
    expect(results.flatMap(({ messages }: { messages: readonly object[] }) => messages)).toEqual([]);
  });

  it('builds every image from the Dockerfile, and takes the stores as they are published, in a full version', () => {
    const built = Object.values(services).flatMap(({ build }) => build ?? []);
    expect(built.map(({ target }) => target).toSorted()).toEqual(images.map(({ name }) => name).toSorted());
    for (const { context, dockerfile } of built) {
      expect(existsSync(new URL(`${context}/${dockerfile}`, COMPOSE_FILE))).toBe(true);
    }
    const stores = Object.entries(services).filter(([, { build }]) => build === undefined);
    expect(stores.map(([name, { image }]) => [name, image])).toEqual([
      ['postgres', expect.stringMatching(/^postgres:18\.\d+/)],
      ['redis', expect.stringMatching(/^redis:8\.\d+\.\d+/)],
    ]);
  });

  it('knows the settings of every image whose package there is', () => {
    const existing = images.filter(({ name }) =>
      existsSync(new URL(`../../${name}/package.json`, import.meta.url)),
    );
    expect(existing.length).toBeGreaterThan(2);
    expect(existing.filter(({ name }) => !names.includes(name))).toEqual([]);
  });

  it.each(names)('hands every setting on to %s, and none that it does not have', (name) => {
    // A container has an address of its own, by which its health check and the others reach it.
    const settings = Object.keys(schemaOf(name).shape).filter((setting) => setting !== 'BIND_ADDRESS');
    const expected = settings.filter((setting) => !LEFT_OUT[name]?.(setting));
    expect(namesOf(name).toSorted()).toEqual(expected.toSorted());
  });

  it.each(names)('gives %s settings that it starts with, in the demo and for the real streams', (name) => {
    for (const variables of [readEnvFile('demo.env'), real]) {
      const env = { ...imageOf(name)?.env, ...environmentOf(service(name), variables) };
      expect(() => loadConfig(schemaOf(name), env)).not.toThrow();
    }
  });

  it.each([
    ['ingestor', 'CH_STREAM_KEY'],
    ['dashboard', 'DASHBOARD_PASSWORD'],
    ['postgres', 'POSTGRES_PASSWORD'],
    ['migrate', 'POSTGRES_PASSWORD'],
  ])('does not start %s without %s, and says what to do', (name, variable) => {
    expect(Object.keys(real)).toContain(variable);
    expect(() => environmentOf(service(name), { ...real, [variable]: '' })).toThrow(
      `${variable}: set it in the env file`,
    );
  });

  it('starts the simulator only in the demo, where the ingestor follows it', () => {
    const profiles = Object.entries(services).filter(([, { profiles: those }]) => those !== undefined);
    expect(profiles.map(([name]) => name)).toEqual(['simulator']);
    const demo = readEnvFile('demo.env');
    expect(service('simulator').profiles).toEqual([demo.COMPOSE_PROFILES]);
    const { hostname, port } = new URL(environmentOf(service('ingestor'), demo).CH_STREAM_URL ?? '');
    expect(hostname).toBe('simulator');
    expect(port).toBe(imageOf('simulator')?.env.SIMULATOR_PORT);
    expect(environmentOf(service('simulator'), demo).CH_STREAM_KEY).toBe(demo.CH_STREAM_KEY);
    // The simulated register has its own volumes.
    expect(demo.COMPOSE_PROJECT_NAME).not.toBe('timepoint');
    expect(environmentOf(service('ingestor'), real).CH_STREAM_URL).toBeUndefined();
  });

  it('starts what needs the schema after it is there, and everything after its stores answer', () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(Object.keys(services)).toContain(needed);
        expect(condition).toBe(needed === 'migrate' ? 'service_completed_successfully' : 'service_healthy');
        if (needed !== 'migrate') expect(service(needed).healthcheck?.test.length).toBeGreaterThan(1);
      }
      if ('DATABASE_URL' in (services[name]?.environment ?? {}))
        expect(Object.keys(depends_on)).toContain(name === 'migrate' ? 'postgres' : 'migrate');
    }
    expect(service('migrate').restart).toBe('no');
    expect(service('worker').deploy?.replicas).toBe(2);
  });

  it('gives each service longer to end than it takes', () => {
    for (const [name, { build, stop_grace_period }] of Object.entries(services)) {
      const deadline = build ? Number(service(name).environment?.SHUTDOWN_DEADLINE_MS ?? 0) / 1000 : 10;
      expect(seconds(stop_grace_period)).toBeGreaterThan(deadline);
    }
  });

  it('is reached from outside through the dashboard alone, and that only from this computer', () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    const port = imageOf('dashboard')?.env.PORT;
    expect(published).toEqual([['dashboard', `127.0.0.1:8080:${port}`]]);
  });

  it('mounts only volumes that it declares and files that exist', () => {
    const mounts = Object.values(services).flatMap((each) => each.volumes ?? []);
    const sources = mounts.map((mount) => mount.split(':')[0] ?? '');
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const isThere = source.startsWith('.') ? existsSync(new URL(source, COMPOSE_FILE)) : source in volumes;
      expect([source, isThere]).toEqual([source, true]);
    }
  });
});
