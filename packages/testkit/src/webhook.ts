import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Alert } from '@timepoint/shared/monitoring/format-alert';

/** For tests: a real HTTP server that receives the alerts. */
export interface TestWebhook {
  readonly url: string;
  /** The alerts that were answered with 2xx, in order. */
  readonly alerts: readonly Alert[];
  /** Each of {@link alerts} as `state kind` or `state kind.stream`. */
  received(): string[];
  /** Requests so far, refused ones included. */
  readonly requests: number;
  /** Answers with this status from now on. */
  answerWith(status: number): void;
  close(): Promise<void>;
}

/** Starts a webhook that answers each request with 200. */
export async function startTestWebhook(): Promise<TestWebhook> {
  const alerts: Alert[] = [];
  let status = 200;
  let requests = 0;
  const answer = (response: ServerResponse, body: string) => {
    requests += 1;
    if (status === 200) alerts.push(JSON.parse(body) as Alert);
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('ok');
  };
  const server = createServer((request, response) => {
    void text(request).then((body) => answer(response, body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/a-secret`,
    alerts,
    received: () =>
      alerts.map(({ state, kind, stream }) => `${state} ${stream === null ? kind : `${kind}.${stream}`}`),
    get requests() {
      return requests;
    },
    answerWith: (wanted) => {
      status = wanted;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
