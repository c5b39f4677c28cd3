/** Runs in a setup's pod: carries bytes from a port of its loopback to the host's proxy, and knows nothing else. */
import { connect, createServer, type AddressInfo } from 'node:net';

const [socket = ''] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (client) => {
  const proxy = connect({ path: socket, allowHalfOpen: true });
  client.pipe(proxy).pipe(client);
  client.on('error', () => proxy.destroy());
  proxy.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
