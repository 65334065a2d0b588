import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { BODY_BYTES_MAX } from '#scim-server/limits.ts';

/** How long a client may take, in milliseconds. With `checkMs` added, a slow request or response ends within 30 seconds. */
export interface HttpTimeouts {
  /** The maximum time from the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** The maximum time from the first byte of a request to the end of its body. */
  readonly requestMs: number;
  /** The maximum time until a client has read a response, or the next part of a streamed response. */
  readonly answerMs: number;
  /** The interval between checks for incomplete requests. */
  readonly checkMs: number;
  /** How long an idle connection stays open: longer than proxies keep their idle connections open. */
  readonly keepAliveMs: number;
}

export const httpTimeouts: HttpTimeouts = {
  headersMs: 15_000,
  requestMs: 25_000,
  answerMs: 25_000,
  checkMs: 2_500,
  keepAliveMs: 75_000,
};

/**
 * The maximum number of bytes that are read and discarded after a response, such as 413, that was sent before the whole body of the
 * request had arrived. A client that is still sending would lose the response if the connection were closed at once.
 */
export const DISCARDED_BYTES_MAX = 2 * BODY_BYTES_MAX;

/** Closes the connection of a client that does not read its response, or keeps sending the body of a refused request. */
export function closeSlowClients(app: FastifyInstance, { answerMs }: Pick<HttpTimeouts, 'answerMs'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const { socket } = request.raw;
    // A request that a test injects has no connection.
    if (typeof socket.bytesWritten === 'number') {
      closeUnread(reply.raw, socket, { isStream: isStream(payload), answerMs });
      if (isStillSending(request.raw)) {
        closeGently(reply, socket);
        discardRest(request.raw, socket);
      }
    }
    done(null, payload);
  });
}

function isStream(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'pipe' in payload;
}

function closeUnread(
  response: ServerResponse,
  socket: Socket,
  { isStream, answerMs }: { readonly isStream: boolean; readonly answerMs: number },
): void {
  let before = sentBytes(socket);
  const timer = setTimeout(() => {
    const sent = sentBytes(socket);
    // If nothing is waiting to be sent, the source of the stream is slow, not the client.
    if (!isStream || (socket.writableLength > 0 && sent === before)) {
      socket.destroy();
    } else {
      before = sent;
      timer.refresh();
    }
  }, answerMs);
  response.once('close', () => clearTimeout(timer));
}

/** Returns the number of bytes that the operating system has accepted for sending. */
function sentBytes(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

function isStillSending({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);
}

/**
 * Closes the sending side only, if the connection is to be closed after this response: because the client asks for it, or because the server
 * is stopping. Closing both sides while a body is arriving makes the operating system reset the connection, and the client then loses a
 * response that it has not read (RFC 9112 §9.6).
 */
function closeGently(reply: FastifyReply, socket: Socket): void {
  const { raw } = reply;
  if (!raw.shouldKeepAlive || raw.getHeader('connection') === 'close') {
    reply.header('connection', 'close');
    // Node.js calls it after a response that says so. It would close both sides.
    socket.destroySoon = () => {
      socket.end();
    };
    return;
  }
  // Otherwise, Node.js closes both sides after the response. Fastify also asks for that after every body that is too large.
  raw.shouldKeepAlive = true;
  raw.removeHeader('connection');
  reply.removeHeader('connection');
}

function discardRest(request: IncomingMessage, socket: Socket): void {
  let bytes = 0;
  // The listener keeps Node.js from discarding the rest itself, without a limit.
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARDED_BYTES_MAX) socket.destroy();
  });
  request.resume();
}
