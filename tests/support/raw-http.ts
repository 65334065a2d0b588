import { connect } from 'node:net';

/**
 * Writes text to a socket as it is, for requests that no HTTP client would send, and reads until the server closes the
 * connection. `end` closes our side after the last part, as a client does that dies.
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
  // A server that refuses may reset the connection under what is still being sent: what it said before is the answer.
  socket.on('error', () => resolve(received));
  socket.on('close', () => resolve(received));
  return await promise;
}
