// The process that host/limited-network.ts starts in a network namespace of its own: listens there, hands the socket over,
// and keeps the namespace until nobody is at the other end any more.
import { createServer, type AddressInfo } from 'node:net';

const server = createServer();
process.once('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  // Who listens beside the receiver would take clients away from it.
  process.send?.({ pid: process.pid, port }, server, {}, () => server.close());
});
