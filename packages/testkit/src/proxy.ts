import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** For tests: a TCP proxy in front of a store, which can cut the connections. */
export interface TestProxy {
  /** The URL of the store through the proxy. */
  readonly url: string;
  /** Breaks all connections, and refuses new ones. */
  cut(): void;
  /** Accepts connections again. */
  restore(): void;
  /** How many connections were refused so far. */
  readonly refused: number;
  close(): Promise<void>;
}

/** Starts a proxy in front of the store of a URL. */
export async function startTestProxy(target: string): Promise<TestProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isCut = false;
  let refused = 0;
  const follow = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    socket.pipe(other);
  };
  const server = createServer((inward) => {
    if (isCut) {
      refused += 1;
      inward.destroy();
      return;
    }
    const outward = connect(Number(port), hostname);
    follow(inward, outward);
    follow(outward, inward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    restore: () => {
      isCut = false;
    },
    get refused() {
      return refused;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
