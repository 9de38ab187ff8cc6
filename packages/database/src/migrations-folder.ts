import { fileURLToPath } from 'node:url';

/** The folder of the migrations. This file is as deep below the root as the bundles, `packages/<name>/dist/main.js`. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
