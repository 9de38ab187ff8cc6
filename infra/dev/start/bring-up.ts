// The whole system on this machine: stores, schema, simulator, worker, ingestor, dashboard, in that order. It ends in
// the opposite order, so that every part can still write what it has in hand.
import { join } from 'node:path';
import { type Claim, drop, hold, release } from '@timepoint/testkit/stores/claim';
import type { Daemon } from '@timepoint/testkit/stores/daemon';
import { openStores } from '@timepoint/testkit/stores/stores';
import { execa } from 'execa';
import getPort from 'get-port';
import { aborted, type StopRequest } from '../stop-request.ts';
import { describeSystem } from './announcement.ts';
import { keepApart } from './one-register.ts';
import { failWhenEnded, startService } from './service.ts';
import { isSimulated, planServices, type ServicePlan } from './service-plan.ts';
import { leaveAddresses } from './start-addresses.ts';
import { showStatusUntil } from './status-watch.ts';

/** What the services may take to end by themselves, in ms, unless SHUTDOWN_DEADLINE_MS says otherwise … */
const SHUTDOWN_DEADLINE_MS = 10_000;
/** … and on top of it, before they are killed. */
const GRACE_MS = 2_000;

export interface BringUpOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stop: StopRequest;
  readonly say: (line: string) => void;
}

interface Opened {
  readonly name: string;
  close(): Promise<void>;
}

/** Runs everything until it is asked to stop or a part of it fails. Returns the exit code. */
export async function bringUp(options: BringUpOptions): Promise<number> {
  const opened: Opened[] = [];
  const failure = await runAll(options, opened).catch((error: unknown) => {
    // A step that the request to stop interrupted has not failed.
    if (options.stop.signal.aborted) return undefined;
    options.say(error instanceof Error ? error.message : String(error));
    return error;
  });
  await closeAll(opened, options.say);
  if (failure !== undefined) return 1;
  options.say('stopped; the next `npm start` goes on from here');
  return 0;
}

async function runAll(options: BringUpOptions, opened: Opened[]): Promise<void> {
  const { root, env, stop, say } = options;
  opened.push(await claimRoot(root));
  say('opening the stores…');
  const stores = await openStores({ root, env, log: say });
  opened.push({ name: 'stores', close: () => stores.close() });
  const plans = planServices({ ...stores, env, ports: await choosePorts() });
  const timepoint = { script: join(root, 'packages/cli/dist/main.js'), env: envOf(plans, 'worker') };
  say('bringing the schema up to date…');
  await migrate(timepoint.script, timepoint.env, stop.signal);
  if (isSimulated(env) && env.DATABASE_URL) await keepApart(env.DATABASE_URL, stores.folder);
  say('starting the services…');
  const services = await startServices(plans, join(stores.folder, 'logs'), options, opened);
  opened.push(leaveAddresses(root, timepoint.env, env));
  say(describeSystem({ stores, plans, env }));
  await showStatusUntil(untilOver([...stores.daemons, ...services], stop), {
    ...timepoint,
    onEndedAlone: (ending) => say(`The summary ended (${ending}); everything else still runs. Ctrl-C stops.`),
  });
}

/** One `npm start` at a time per folder. */
async function claimRoot(root: string): Promise<Opened> {
  const claim: Claim = {
    name: `\`npm start\` in ${root}`,
    file: join(root, '.timepoint', 'start.claim'),
    mark: 'start.ts',
    stopSignal: 'SIGTERM',
  };
  await release(claim);
  hold(claim, process.pid);
  return { name: 'claim', close: async () => drop(claim) };
}

async function choosePorts(): Promise<Record<ServicePlan['name'], number>> {
  return {
    simulator: await getPort(),
    worker: await getPort(),
    ingestor: await getPort(),
    dashboard: await getPort(),
  };
}

function envOf(plans: readonly ServicePlan[], name: ServicePlan['name']): NodeJS.ProcessEnv {
  return plans.find((plan) => plan.name === name)?.env ?? {};
}

async function migrate(script: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const { failed, all } = await execa(process.execPath, [script, 'migrate', 'up'], {
    env,
    extendEnv: false,
    cancelSignal: signal,
    all: true,
    reject: false,
  });
  signal.throwIfAborted();
  if (failed) throw new Error(`${all}\nThe schema could not be brought up to date.`);
}

async function startServices(
  plans: readonly ServicePlan[],
  logFolder: string,
  { root, env, stop, say }: BringUpOptions,
  opened: Opened[],
): Promise<Daemon[]> {
  const deadlineMs = (Number(env.SHUTDOWN_DEADLINE_MS) || SHUTDOWN_DEADLINE_MS) + GRACE_MS;
  const daemons: Daemon[] = [];
  for (const plan of plans) {
    const daemon = await startService(plan, { root, logFolder, signal: stop.signal });
    daemons.push(daemon);
    const close = async () => {
      const isObedient = await daemon.stop(deadlineMs, stop.hurry);
      if (!isObedient) say(`${plan.name} did not end in time and was killed; nothing is lost by that.`);
    };
    opened.push({ name: plan.name, close });
  }
  return daemons;
}

async function untilOver(daemons: readonly Daemon[], stop: StopRequest): Promise<void> {
  await Promise.race([aborted(stop.signal), ...daemons.map(failWhenEnded)]);
}

async function closeAll(opened: readonly Opened[], say: (line: string) => void): Promise<void> {
  const parts = opened.toReversed();
  const names = parts.map(({ name }) => name).filter((name) => !['claim', 'addresses'].includes(name));
  if (names.length > 0) say(`stopping ${names.join(', ')}…`);
  for (const part of parts) {
    await part.close().catch((error: unknown) => say(`${part.name} could not be closed: ${error}`));
  }
}
