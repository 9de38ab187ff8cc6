// Prepares a fresh clone to run its TypeScript, on any machine with Node 18 and npm: gets Node 24 and the pnpm of
// package.json from the npm registry when the machine's are too old or absent, installs, builds, and starts the task.
// A command of `timepoint` starts at once, on what is built, with the addresses that a running `npm start` left.
// Plain JavaScript without dependencies, as nothing is installed yet and the Node may be old.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const MAINS = {
  start: 'infra/dev/start/start.ts',
  test: 'infra/dev/test/test.ts',
  bench: 'packages/bench/src/main.ts',
};

const TIMEPOINT = resolve(ROOT, 'packages/cli/dist/main.js');
const ADDRESSES = resolve(ROOT, '.timepoint/env');
/** The commands that need no database. */
const STANDALONE = /^(help|completion|doctor|-h|--help|--version)$/;

/** The oldest Node that runs TypeScript files as they are. */
const LEAST_NODE = [22, 18];
/** Such as `pnpm@12.21.0`. Another pnpm 12 of the machine is as good: the versions of all packages are in the lockfile. */
const PNPM = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')).packageManager;
const PNPM_MAJOR = Number(/@(\d+)/.exec(PNPM)[1]);
const NODE = { package: `${nodePackage()}@24`, isGood: isNodeGood };
const TOOLS = [NODE, { package: PNPM, isGood: isPnpmGood }];

// pnpm puts its program in place by an install script, which npm 12 bars, and some users bar.
const SCRIPTS = ['--allow-scripts=pnpm', '--ignore-scripts=false'];
// pnpm replaces a folder of another pnpm without a question, which no one would see.
const INSTALL = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
// What `npm start` runs, without the tools and the packages of the tests, which are more than half of all.
const INSTALL_TO_RUN = [...INSTALL, '--prod', '--filter=@timepoint/dev...'];
/** Only a whole installation has it. */
const TEST_TOOL = resolve(ROOT, 'node_modules/.bin/jest');

const PARENT_CHECK_MS = 1_000;

let child;
let stoppedBy;

async function main([task, ...args]) {
  if (process.platform === 'win32') fail('On Windows, please run this in WSL: https://aka.ms/wsl');
  if (task === 'timepoint') return runTimepoint(args);
  const file = MAINS[task];
  if (file === undefined)
    fail(`usage: node infra/dev/run.mjs ${Object.keys(MAINS).join('|')}|timepoint [arguments]`, 2);
  process.chdir(ROOT);
  passSignalsOn();
  const env = await findTools({ ...process.env });
  const isLean = task === 'start' && !existsSync(TEST_TOOL);
  await prepare('installing dependencies', 'pnpm', isLean ? INSTALL_TO_RUN : INSTALL, env);
  await prepare('building', 'pnpm', ['build'], env);
  const node = ['--disable-warning=ExperimentalWarning', file, ...args];
  // The channel closes when this process ends in any way, which the child notices.
  const { code } = await run('node', node, { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  process.exit(code);
}

/** Runs a command of `timepoint` on what `npm start` runs, unless the environment names another database. */
async function runTimepoint(args) {
  if (!existsSync(TIMEPOINT))
    fail(
      'Timepoint is not built here yet. Run `npm start`, which also brings everything up, or `npm run build`.',
    );
  const left = process.env.DATABASE_URL ? undefined : readAddresses();
  const needsStores = args.length > 0 && !args.some((arg) => STANDALONE.test(arg));
  if (needsStores && !process.env.DATABASE_URL && left === undefined) {
    const killed = existsSync(ADDRESSES)
      ? 'The `npm start` of this folder was killed'
      : 'No `npm start` runs in this folder';
    fail(
      `${killed}. Start it in another terminal, or set DATABASE_URL and REDIS_URL to those of the Timepoint that you mean.`,
      2,
    );
  }
  const { TIMEPOINT_NODE: node, TIMEPOINT_START_PID: _, ...addresses } = left ?? {};
  const given = Object.entries(process.env).filter(([, value]) => value !== '');
  const env = { ...addresses, ...Object.fromEntries(given) };
  passSignalsOn();
  const isGood = isRecent(process.versions.node.split('.').map(Number));
  const command = isGood ? process.execPath : node && existsSync(node) ? node : 'node';
  const found = command === 'node' ? await findTools(env, [NODE]) : env;
  // File names are relative to the folder in which the command was typed; npm and pnpm change the folder.
  const cwd = process.env.INIT_CWD && existsSync(process.env.INIT_CWD) ? process.env.INIT_CWD : process.cwd();
  // The flags of package.json keep the heap small.
  const { code } = await run(command, [...process.execArgv, TIMEPOINT, ...args], {
    env: found,
    cwd,
    stdio: 'inherit',
  });
  process.exit(code);
}

/** What a running `npm start` left; undefined when none runs. */
function readAddresses() {
  if (!existsSync(ADDRESSES)) return undefined;
  const values = Object.fromEntries(
    readFileSync(ADDRESSES, 'utf8')
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), unquote(line.slice(line.indexOf('=') + 1))]),
  );
  return isAlive(Number(values.TIMEPOINT_START_PID)) ? values : undefined;
}

function unquote(text) {
  return text.startsWith("'") ? text.slice(1, -1).replaceAll("'\\''", "'") : text;
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process exists, under another account.
    return error.code === 'EPERM';
  }
}

/** The environment in which `node` and `pnpm` are good; what is missing comes from the npm registry. */
async function findTools(env, tools = TOOLS) {
  const missing = tools.filter(({ isGood }) => !isGood(env)).map((tool) => tool.package);
  if (missing.length === 0) return env;
  say(`getting ${missing.join(' and ')} from the npm registry (kept in npm's cache)`);
  const packages = missing.map((name) => `--package=${name}`);
  const options = ['--yes', '--prefer-offline', ...SCRIPTS, ...packages];
  const { code, output } = await run('npm', ['exec', ...options, '--', 'node', '-p', 'process.env.PATH'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endIfStopped();
  const found = { ...env, PATH: output.stdout.trim().split('\n').pop() };
  if (code === 0 && tools.every(({ isGood }) => isGood(found))) return found;
  process.stderr.write(output.stderr);
  return fail(
    `could not get ${missing.join(' and ')} through \`npm exec\`. Install Node ${LEAST_NODE.join('.')} or newer ` +
      `and pnpm ${PNPM_MAJOR} yourself (npm install -g ${PNPM}), then run this again.`,
  );
}

/** The package that has Node for this machine; the one called `node` needs install scripts, which npm 12 bars. */
function nodePackage() {
  const isAppleSilicon = process.platform === 'darwin' && process.arch === 'arm64';
  return `${isAppleSilicon ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;
}

function isNodeGood(env) {
  return isRecent(version('node', env));
}

function isRecent([major, minor]) {
  return major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
}

function isPnpmGood(env) {
  return version('pnpm', env)[0] === PNPM_MAJOR;
}

function version(command, env) {
  const { stdout } = spawnSync(command, ['--version'], { env, encoding: 'utf8', timeout: 20_000 });
  return (
    /(\d+)\.(\d+)/
      .exec(stdout || '')
      ?.slice(1)
      .map(Number) ?? [0, 0]
  );
}

/** Runs a step quietly; shows what it printed and ends when it fails. */
async function prepare(title, command, args, env) {
  say(title);
  const { code, output } = await run(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  endIfStopped();
  if (code === 0) return;
  process.stderr.write(output.stdout + output.stderr);
  fail(`${title} failed: ${command} ${args.join(' ')} ended with code ${code}`, code);
}

function run(command, args, options) {
  return new Promise((done) => {
    const output = { stdout: '', stderr: '' };
    child = spawn(command, args, options);
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (chunk) => {
        output[name] += chunk;
      });
    }
    child.on('error', (error) => fail(`could not run ${command}: ${error.message}`));
    child.on('close', (code, signal) => {
      child = undefined;
      done({ code: code ?? 128 + constants.signals[signal], output });
    });
  });
}

/** A signal to this process alone must end its child; so must the end of the npm that started this process. */
function passSignalsOn() {
  const stop = (signal) => {
    stoppedBy = signal;
    child?.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));
  if (process.env.npm_lifecycle_event === undefined) return;
  // npm passes signals on to the shell that it runs scripts in (hence `exec` in package.json: the shell is
  // this process), but no signal reports that npm itself was killed.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop('SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

function endIfStopped() {
  if (stoppedBy !== undefined) process.exit(128 + constants.signals[stoppedBy]);
}

function say(line) {
  process.stderr.write(`${line}…\n`);
}

function fail(message, code = 1) {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}

await main(process.argv.slice(2));
