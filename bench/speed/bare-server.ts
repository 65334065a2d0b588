import { createServer } from 'node:http';

/**
 * A minimal Node.js server: reads each request with its body, and responds with the bytes that it read from standard input. Its request
 * rate is the limit of this machine. Prints its URL as a JSON line.
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
