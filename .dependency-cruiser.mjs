/** The dependency rule: which package may import which, and one door per library. */
const tests = '(\\.test|/test-[a-z-]+)\\.ts$';
const door = (library, doors) => ({
  name: `one-door-for-${library}`,
  comment: `A change of ${library} touches one place.`,
  severity: 'error',
  from: { path: '^packages/(shared|database|ingestor|worker|cli|dashboard)/src', pathNot: [tests, ...doors] },
  to: { path: `node_modules/${library}/` },
});

/** What a package may import of the workspace: itself, whole packages, and single files of others. */
const rule = (name, packages, files = []) => ({
  name: `${name}-imports-only-${['itself', ...packages].join('-')}`,
  severity: 'error',
  from: { path: `^packages/${name}/src`, pathNot: tests },
  to: { path: '^(packages|infra)/', pathNot: [`^packages/(${[name, ...packages].join('|')})/src`, ...files] },
});

/** What a folder of `shared` may import of the others: no arrow runs back. */
const folder = (name, folders) => ({
  name: `shared-${name}-imports-only-${['itself', ...folders].join('-')}`,
  severity: 'error',
  from: { path: `^packages/shared/src/${name}/`, pathNot: tests },
  to: { path: '^packages/shared/src/', pathNot: `^packages/shared/src/(${[name, ...folders].join('|')})/` },
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    rule('shared', []),
    rule('database', ['shared']),
    rule('ingestor', ['shared']),
    rule('worker', ['shared', 'database']),
    // A replay by command is the replay of a worker.
    rule('cli', ['shared', 'database'], ['^packages/worker/src/letters/act-on-letters\\.ts$']),
    rule('dashboard', ['shared', 'database']),
    rule('simulator', ['shared']),
    folder('contract', []),
    folder('platform', ['contract']),
    folder('queues', ['contract', 'platform']),
    {
      name: 'nothing-imports-dev',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^infra/' },
    },
    door('fastest-levenshtein', ['^packages/cli/src/doctor/check-settings\\.ts$']),
    door('got', ['^packages/ingestor/src/connect\\.ts$']),
    door('ioredis', ['^packages/shared/src/queues/(redis|ioredis-workarounds)\\.ts$']),
    door('knex', ['^packages/database/src/migration/migrat(e|ions)\\.ts$']),
    door('microdiff', ['^packages/cli/src/history/compare-documents\\.ts$']),
    door('pg', ['^packages/database/src/(pool|read-only-pool|under-lock)\\.ts$']),
    door('pg-copy-streams', ['^packages/database/src/pool\\.ts$']),
    door('@opentelemetry', ['^packages/shared/src/platform/(span|tracing)\\.ts$']),
    door('bullmq-otel', ['^packages/shared/src/platform/tracing\\.ts$']),
    door('fastify', [
      '^packages/dashboard/src/(app|guard/(guard|headers|refuse-unstorable)|start-dashboard|routes/[a-z-]+)\\.ts$',
    ]),
    door('@fastify/basic-auth', ['^packages/dashboard/src/guard/guard\\.ts$']),
    door('@fastify/formbody', ['^packages/dashboard/src/app\\.ts$']),
    door('@fastify/helmet', ['^packages/dashboard/src/guard/headers\\.ts$']),
    door('@fastify/static', ['^packages/dashboard/src/routes/assets\\.ts$']),
    door('@bull-board', ['^packages/dashboard/src/routes/queues\\.ts$']),
    door('lru-cache', ['^packages/dashboard/src/guard/throttle\\.ts$']),
    door('morphdom', ['^packages/dashboard/src/client/take-over\\.ts$']),
    door('uplot', ['^packages/dashboard/src/client/(minute-chart|client)\\.ts$']),
    door('log-update', [
      '^packages/cli/src/(snapshots/show-progress|commands/dead-letter-actions|status/watch-status)\\.ts$',
    ]),
    door('bullmq', ['^packages/shared/src/queues/']),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^packages/[^/]+/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs'],
    },
  },
};
