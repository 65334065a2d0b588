import cluster from 'node:cluster';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '#base/log.ts';
import { reportStart, startWorkerProcesses } from '../../src/cli/worker-processes.ts';

/** Starts two worker processes that serve HTTP. The primary process prints the port and the process id of one worker as JSON. */
if (cluster.isPrimary) {
  const { started, stop } = await startWorkerProcesses(2, createLog({ logLevel: 'silent', processes: 2 }));
  process.once('SIGTERM', () => void stop());
  console.log(started.publicUrl);
} else {
  const server = createServer((_request, response) => response.end('served'));
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    void reportStart({ started: { publicUrl: JSON.stringify({ port, pid: process.pid }), bootstrapped: undefined } });
  });
}
