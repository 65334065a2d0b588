import { createServer } from 'node:http';

/**
 * The least that Node.js can do: takes in a request with its body, and answers the same bytes each time, those of the
 * standard input. What it reaches is the limit of this machine. It tells its port as a JSON line.
 */
const body = Buffer.concat(await Array.fromAsync(process.stdin as AsyncIterable<Buffer>));
const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/scim+json; charset=utf-8', 'content-length': body.length });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
