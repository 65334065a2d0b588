import { createSocket } from 'node:dgram';
import { randomBytes, randomInt } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { systemTimer, type Timer } from '#base/timer.ts';
import { decodeReply, encodeRequest, type Attribute, type Reply, type SentPacket } from './radius-packet.ts';

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly secret: string;
}

export interface ExchangeOptions {
  /** Milliseconds until the exchange ends without a reply. */
  readonly timeoutMs: number;
  readonly timer?: Timer;
}

/** The result of an exchange. `invalid` has the reason why a reply was not accepted. */
export type Exchange =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'silence' }
  /** The machine refuses packets to the port: no program listens on it. */
  | { readonly kind: 'closed' };

/**
 * Sends one request over UDP and returns the verified reply. Does not send it again: the targets are on this machine.
 *
 * @param code the code of the packet, such as `radiusCodes.statusServer`
 * @param attributesFor returns the attributes; gets the authenticator, with which a password is hidden
 * @example
 * await exchange({ address: '127.0.0.1', port: 1810, secret }, radiusCodes.statusServer, () => [], { timeoutMs: 2_000 });
 */
export async function exchange(
  target: Target,
  code: number,
  attributesFor: (authenticator: Buffer) => readonly Attribute[],
  { timeoutMs, timer = systemTimer }: ExchangeOptions,
): Promise<Exchange> {
  const authenticator = randomBytes(16);
  const request: SentPacket = {
    code,
    identifier: randomInt(256),
    authenticator,
    attributes: attributesFor(authenticator),
  };
  const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
  const ended = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  socket.on('error', () => resolve({ kind: 'closed' }));
  socket.on('message', (bytes) => {
    const reply = decodeReply(bytes, request, target.secret);
    resolve(typeof reply === 'string' ? { kind: 'invalid', reason: reply } : { kind: 'reply', reply });
  });
  // A connected socket only receives from the target, and reports a closed port.
  socket.connect(target.port, target.address, () => {
    // Without the callback, a failed send would be an exception.
    socket.send(encodeRequest(request, target.secret), (error) => {
      if (error !== null) resolve({ kind: 'closed' });
    });
  });
  timer.sleep(timeoutMs, ended.signal).then(
    () => resolve({ kind: 'silence' }),
    () => undefined,
  );
  try {
    return await promise;
  } finally {
    ended.abort();
    socket.close();
  }
}
