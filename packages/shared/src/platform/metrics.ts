import { collectDefaultMetrics, Registry } from 'prom-client';

/** The metrics of a process, with those of Node itself. */
export function createRegistry(process: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  collectDefaultMetrics({ register: registry });
  return registry;
}
