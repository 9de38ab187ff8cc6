import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createTempFolder } from '@timepoint/testkit/temp-folder';
import { until } from '@timepoint/testkit/until';
import { watchProcess } from './service-process.ts';

export interface Prometheus {
  /** The names of the alerts that fire now. */
  firing(): Promise<string[]>;
  close(): Promise<void>;
}

const read = (name: string) =>
  readFile(new URL(`../../../infra/prometheus/${name}`, import.meta.url), 'utf8');

/**
 * Starts a Prometheus with the example configuration and the alerts of this repository. Only the addresses of the
 * processes, the scrape interval, and the durations and the range of the alerts differ.
 * @param targets the ports of the processes, by the name of the host in the example.
 */
export async function startPrometheus(targets: Readonly<Record<string, number>>): Promise<Prometheus> {
  const folder = createTempFolder();
  let config = (await read('prometheus.yml')).replaceAll('15s', '1s');
  for (const [host, port] of Object.entries(targets))
    config = config.replace(
      new RegExp(`dns_sd_configs:\\n.*names: \\[${host}\\].*`),
      `static_configs:\n      - targets: ["127.0.0.1:${port}"]`,
    );
  await writeFile(join(folder, 'prometheus.yml'), config);
  const alerts = (await read('alerts.yml')).replaceAll(/for: \w+/g, 'for: 0s').replaceAll('[2m]', '[20s]');
  await writeFile(join(folder, 'alerts.yml'), alerts);
  const port = await freePort();
  const child = watchProcess(
    spawn('prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]),
  );
  const answers = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(() => answers('/-/ready'));
  return {
    firing: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`);
      const { data } = (await response.json()) as {
        data: { alerts: { state: string; labels: { alertname: string } }[] };
      };
      return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);
    },
    close: async () => {
      await child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port without a listener. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
