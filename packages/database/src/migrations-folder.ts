import { fileURLToPath } from 'node:url';

/** Where the migrations are. This file is as deep below the root as the bundles, which are `packages/<name>/dist/main.js`. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
