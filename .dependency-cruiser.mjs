/** The dependency rule: which package may import which, and one door per library. */
const tests = '(\\.test|/test-[a-z-]+)\\.ts$';
const door = (library, doors) => ({
  name: `one-door-for-${library}`,
  comment: `A change of ${library} touches one place.`,
  severity: 'error',
  from: { path: '^packages/(shared|ingestor|worker|dashboard)/src', pathNot: [tests, ...doors] },
  to: { path: `node_modules/${library}/` },
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
    {
      name: 'shared-imports-no-workspace-package',
      severity: 'error',
      from: { path: '^packages/shared/src', pathNot: tests },
      to: { path: '^(packages/(?!shared/)|infra/)' },
    },
    {
      name: 'services-import-only-shared',
      severity: 'error',
      from: { path: '^packages/(ingestor|worker|dashboard|simulator)/src', pathNot: tests },
      to: { path: '^(packages|infra)/', pathNot: ['^packages/shared/src', '^packages/$1/src'] },
    },
    door('fastest-levenshtein', ['^packages/worker/src/doctor/check-settings\\.ts$']),
    door('got', ['^packages/ingestor/src/connect\\.ts$']),
    door('ioredis', ['^packages/shared/src/redis\\.ts$']),
    door('knex', ['^packages/worker/src/migrat(e|ions)\\.ts$']),
    door('microdiff', ['^packages/worker/src/compare-documents\\.ts$']),
    door('pg', ['^packages/(worker|dashboard)/src/database\\.ts$']),
    door('pg-copy-streams', ['^packages/worker/src/database\\.ts$']),
    door('@opentelemetry', ['^packages/shared/src/(span|tracing)\\.ts$']),
    door('bullmq-otel', ['^packages/shared/src/tracing\\.ts$']),
    door('fastify', [
      '^packages/dashboard/src/(app|guard|headers|live|refuse-unstorable|start-dashboard|routes/[a-z-]+)\\.ts$',
    ]),
    door('@fastify/basic-auth', ['^packages/dashboard/src/guard\\.ts$']),
    door('@fastify/formbody', ['^packages/dashboard/src/app\\.ts$']),
    door('@fastify/helmet', ['^packages/dashboard/src/headers\\.ts$']),
    door('@fastify/static', ['^packages/dashboard/src/routes/assets\\.ts$']),
    door('@bull-board', ['^packages/dashboard/src/routes/queues\\.ts$']),
    door('lru-cache', ['^packages/dashboard/src/throttle\\.ts$']),
    door('morphdom', ['^packages/dashboard/src/client/take-over\\.ts$']),
    door('uplot', ['^packages/dashboard/src/client/(minute-chart|client)\\.ts$']),
    door('cli-progress', ['^packages/worker/src/snapshots/show-progress\\.ts$']),
    door('bullmq', [
      '^packages/shared/src/(queues|queue-workers|queue-errors|fenced-job|contended-job)\\.ts$',
      '^packages/ingestor/src/lease\\.ts$',
      '^packages/worker/src/(parse-job|refused-job)\\.ts$',
      '^packages/worker/src/letters/(actions|letters)-worker\\.ts$',
      '^packages/shared/src/alerts/keep-incidents\\.ts$',
      '^packages/worker/src/snapshots/merge-worker\\.ts$',
    ]),
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
