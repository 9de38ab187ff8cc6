const swc = [
  '@swc/jest',
  {
    jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

/** One jest project per package, so that `jest --selectProjects worker` runs one alone. */
const project = (displayName, folder, testTimeout) => ({
  displayName,
  // One root for all, so that what a package covers of another counts.
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/${folder}/**/*.test.ts`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc },
  testEnvironment: 'node',
  ...(testTimeout ? { testTimeout } : {}),
});

export default {
  projects: [
    project('shared', 'packages/shared'),
    project('database', 'packages/database'),
    project('ingestor', 'packages/ingestor'),
    project('worker', 'packages/worker'),
    project('cli', 'packages/cli'),
    project('dashboard', 'packages/dashboard'),
    project('simulator', 'packages/simulator'),
    project('testkit', 'packages/testkit'),
    project('dev', 'infra/dev'),
    { ...project('e2e', 'packages/e2e'), testPathIgnorePatterns: ['/node_modules/', '/dist/', '/browser/'] },
    project('browser', 'packages/e2e/src/browser'),
  ],
  globalSetup: '<rootDir>/infra/dev/test/jest-setup.ts',
  globalTeardown: '<rootDir>/infra/dev/test/jest-teardown.ts',
  testTimeout: 60_000,
  coverageProvider: 'babel',
  collectCoverageFrom: [
    'packages/{shared,database,ingestor,worker,cli,dashboard}/src/**/*.ts',
    // Runs in a browser: its tests are those of the whole system.
    '!packages/dashboard/src/client/**',
    '!packages/*/src/main.ts',
    '!packages/*/src/**/*.test.ts',
    '!packages/*/src/test-*.ts',
  ],
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
};
