import { connect } from 'node:net';

/**
 * Writes the parts unchanged to a socket, for requests that no HTTP client would send. Returns everything that is received until the
 * server closes the connection. With `end`, closes the sending side after the last part, like a client that is killed.
 */
export async function rawHttp(
  url: string,
  parts: readonly (string | Buffer)[],
  { end = false }: { readonly end?: boolean } = {},
): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
    for (const part of parts) socket.write(part);
    if (end) socket.end();
  });
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
  });
  // A server that refuses a request may reset the connection while the client is still sending. The response has arrived before that.
  socket.on('error', () => resolve(received));
  socket.on('close', () => resolve(received));
  return await promise;
}
