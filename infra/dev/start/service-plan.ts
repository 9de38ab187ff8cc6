import { join } from 'node:path';

/** The default rate of the simulator, in events per second. */
const SIMULATOR_RATE = '20';
/** The simulator accepts it; the real publisher doesn't. */
const SIMULATOR_KEY = 'not-a-real-key';

export interface ServicePlan {
  readonly name: 'simulator' | 'worker' | 'ingestor' | 'dashboard';
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
}

export interface PlanInput {
  /** What the user has set; passed on. */
  readonly env: NodeJS.ProcessEnv;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
  /** Where the simulator keeps its state. */
  readonly folder: string;
  readonly ports: Readonly<Record<ServicePlan['name'], number>>;
}

/** Whether Timepoint follows a simulated register, without a key to the real one. */
export function isSimulated(env: NodeJS.ProcessEnv): boolean {
  return !env.CH_STREAM_KEY;
}

/** The services to start, in this order, with their settings. */
export function planServices(input: PlanInput): ServicePlan[] {
  const { ports } = input;
  const { PORT: _port, REDIS_URL: _redisUrl, ...rest } = input.env;
  const stores = {
    DATABASE_URL: input.databaseUrl,
    ...(input.redisUrl ? { REDIS_URL: input.redisUrl } : {}),
  };
  // Their health is for the person at this machine. The dashboard decides by its password.
  const local = rest.BIND_ADDRESS ? {} : { BIND_ADDRESS: '127.0.0.1' };
  const env = { ...rest, ...stores, ...(isSimulated(rest) ? streamOf(ports.simulator) : {}) };
  const services: ServicePlan[] = [
    { name: 'worker', port: ports.worker, env: { ...env, ...local, PORT: String(ports.worker) } },
    { name: 'ingestor', port: ports.ingestor, env: { ...env, ...local, PORT: String(ports.ingestor) } },
    { name: 'dashboard', port: ports.dashboard, env: { ...env, PORT: String(ports.dashboard) } },
  ];
  return isSimulated(rest) ? [planSimulator(input, rest), ...services] : services;
}

function streamOf(port: number): NodeJS.ProcessEnv {
  return { CH_STREAM_URL: `http://127.0.0.1:${port}`, CH_STREAM_KEY: SIMULATOR_KEY };
}

function planSimulator({ ports, folder }: PlanInput, env: NodeJS.ProcessEnv): ServicePlan {
  return {
    name: 'simulator',
    port: ports.simulator,
    env: {
      SIMULATOR_RATE,
      ...env,
      CH_STREAM_KEY: SIMULATOR_KEY,
      SIMULATOR_PORT: String(ports.simulator),
      SIMULATOR_STATE_FILE: join(folder, 'simulator.json'),
    },
  };
}
