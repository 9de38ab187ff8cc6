// Keeps the memory of a service small, whoever starts it. Import it before all else: it starts the program again in its own
// process, with the settings that Node takes only at its start, and the rest need not be loaded twice.
// docs/performance.md has the figures.

const FLAGS = [
  // The young generation has 6 MB at most, of which most is garbage, instead of 48.
  '--max-semi-space-size=2',
  // The old generation is collected when it has grown by a fifth. Otherwise it may double, and more.
  '--heap-growing-percent=20',
];
/** One arena instead of up to eight for each core, which memory that was freed would stay in. */
const ARENA_MAX = 'MALLOC_ARENA_MAX';

/** The flags that neither the command nor NODE_OPTIONS has. A user's own value of a flag wins. */
function missingFlags(): string[] {
  const present = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)].map(nameOf);
  return FLAGS.filter((flag) => !present.includes(nameOf(flag)));
}

/** Node takes `_` for `-` in the name of a flag. */
function nameOf(flag: string): string {
  return flag.replace(/=.*/, '').replaceAll('_', '-');
}

function restart(): void {
  const flags = missingFlags();
  // The channel to a parent process would not survive the restart. On Windows there is no way to restart in place.
  if (flags.length === 0 || process.channel !== undefined || process.execve === undefined) return;
  const command = [process.execPath, ...flags, ...process.execArgv, ...process.argv.slice(1)];
  const env = { [ARENA_MAX]: '1', ...process.env } as Record<string, string>;
  try {
    process.execve(process.execPath, command, env);
  } catch {
    // A system that forbids it costs memory and nothing else.
  }
}

restart();
