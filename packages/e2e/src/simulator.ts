import type { StreamName } from '@timepoint/shared/contract/streams';
import type { FaultsInput } from '@timepoint/simulator/faults/schema';
import { type ServiceProcess, startProcess } from './service-process.ts';

type Positions = Readonly<Record<StreamName, number>>;

interface Status {
  readonly first: Positions;
  readonly newest: Positions;
  readonly connections: readonly object[];
  readonly connectionsOpened: number;
}

/** The control routes of a simulator. */
export interface SimulatorControl {
  simulate(path: string, body?: object): Promise<Record<string, unknown>>;
  setFaults(faults: FaultsInput): Promise<unknown>;
  status(): Promise<Status>;
  truth<Row>(path?: string): Promise<Row[]>;
}

/** A simulator in a process of its own. */
export interface RunningSimulator extends SimulatorControl {
  readonly url: string;
  readonly process: ServiceProcess;
}

/** Starts a simulator on a free port. */
export async function startSimulator(env: Record<string, string>): Promise<RunningSimulator> {
  const process = startProcess('simulator', { SIMULATOR_PORT: '0', SIMULATOR_RATE: '0', ...env });
  const [, port] = await process.printed(/"port":(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  return { url, process, ...controlOf(url) };
}

function controlOf(url: string): SimulatorControl {
  const get = (path: string, init?: RequestInit) => fetch(`${url}/simulator/${path}`, init);
  const simulate = async (path: string, body?: object) => {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
    };
    const response = await get(path, body === undefined ? undefined : post);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    simulate,
    setFaults: (faults) => simulate('faults', faults),
    status: async () => (await simulate('status')) as unknown as Status,
    truth: async <Row>(path = 'companies') => {
      const lines = (await (await get(`truth/${path}`)).text()).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Row);
    },
  };
}
