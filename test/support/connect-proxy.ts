import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ConnectProxy {
  readonly url: string;
  /** The `host:port` of every CONNECT, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A proxy by plain HTTP that leads each host to the loopback port that `portFor` gives, whatever port was asked for. */
export async function startConnectProxy(portFor: (host: string) => number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const tunnels = new Set<Duplex>();
  const server = createServer();
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    const onward = connect(portFor(url.replace(/:\d+$/, '')), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.on('data', (part) => socket.write(part)).on('close', () => socket.destroy());
      socket.on('data', (part) => onward.write(part)).on('close', () => onward.destroy());
    });
    for (const end of [socket, onward]) tunnels.add(end.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
