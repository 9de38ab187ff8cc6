// Bundles a program into one file, `dist/main.js`: small images, no install at run time.
import { build } from 'esbuild';

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
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
