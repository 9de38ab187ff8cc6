// Bundles a service into one file per entry, `dist/<entry>.js`: small images, no install at run time.
import { existsSync } from 'node:fs';
import { build } from 'esbuild';

const entries = ['main', 'timepoint'].map((entry) => `src/${entry}.ts`).filter((path) => existsSync(path));

await build({
  entryPoints: entries,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  format: 'esm',
  sourcemap: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Knex and pg name drivers that they load only when configured for them.
  external: [
    'better-sqlite3',
    'mariadb/callback',
    'mysql',
    'mysql2',
    'oracledb',
    'pg-native',
    'pg-query-stream',
    'sqlite3',
    'tedious',
  ],
  // Some dependencies are CommonJS and expect these names in scope.
  banner: {
    js: [
      "import { createRequire as createRequireOfBundle } from 'node:module';",
      "import { dirname as dirnameOfBundle } from 'node:path';",
      'const require = createRequireOfBundle(import.meta.url);',
      'const __filename = import.meta.filename;',
      'const __dirname = dirnameOfBundle(__filename);',
    ].join('\n'),
  },
});
