import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { http, https } from '#base/node-http.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { ConcurrencyLimit } from '#base/concurrency-limit.ts';
import type { HttpPeer } from './http-peer.ts';
import { NoAnswer, reasonOf } from './no-answer.ts';

/** Bytes of an answer that are read. A page of a list is far below; what is longer is no answer. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** How long a connection is kept that nobody uses. */
const IDLE_SOCKET_MS = 30_000;

export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What goes wrong on the way, on demand. */
export interface NetworkFaults {
  /** Of the body; the lines before it go with its first piece. */
  readonly throttle: { readonly bytes: number; readonly pauseMs: number } | null;
  readonly slowReadMs: number;
  /** The connection is cut when half of the body is sent. */
  readonly drop: boolean;
}

export const noNetworkFaults: NetworkFaults = { throttle: null, slowReadMs: 0, drop: false };

/** How much goes to a server at a time, and how long an answer may take. */
export interface ConnectionLimits {
  readonly sockets: number;
  readonly timeoutMs: number;
  /** For the pauses of a manner; without it that of the system. */
  readonly timer?: Timer | undefined;
}

/** What says where connections may go. */
interface Checks {
  /** Resolves and checks a name for each new connection. */
  readonly lookup: LookupFunction;
  /** Throws NoAnswer for a peer that no request may reach. */
  readonly requireReachable: () => void;
}

/** A server, and the connections to it. */
export interface HttpConnection {
  /** Throws NoAnswer. The time that a manner lets pass does not count. */
  readonly send: (request: HttpRequest, manner?: NetworkFaults) => Promise<HttpAnswer>;
  /** Cuts what is under way. */
  readonly close: () => void;
}

/** For the gateway alone, which checks where a connection goes. */
export function openConnection(
  peer: HttpPeer,
  { sockets, timeoutMs, timer = systemTimer }: ConnectionLimits,
  { lookup, requireReachable }: Checks,
): HttpConnection {
  const options = { keepAlive: true, maxSockets: sockets, timeout: IDLE_SOCKET_MS, lookup };
  // Certificates are checked, as always; NODE_EXTRA_CA_CERTS names those of an authority of one's own.
  const agent = peer.isSecure ? new https.Agent(options) : new http.Agent(options);
  const closing = new AbortController();
  // The time of a request begins when there is a connection for it.
  const turns = new ConcurrencyLimit(sockets);
  const send = async (request: HttpRequest, manner: NetworkFaults) => {
    if (closing.signal.aborted) throw new NoAnswer('closed', 'The client was closed.');
    requireReachable();
    const outgoing = (peer.isSecure ? https : http).request({
      agent,
      host: peer.hostname,
      port: peer.port,
      method: request.method,
      path: request.target,
      headers: { ...request.headers },
      // What is sent is what the caller says, and recorded so.
      setHost: false,
      signal: closing.signal,
    });
    return await exchange(outgoing, request.body, manner, { timeoutMs, timer });
  };
  return {
    send: async (request, manner = noNetworkFaults) => await turns.run(async () => await send(request, manner)),
    close: () => {
      closing.abort();
      agent.destroy();
    },
  };
}

async function exchange(
  outgoing: ClientRequest,
  body: string | undefined,
  manner: NetworkFaults,
  { timeoutMs, timer: { sleep } }: { readonly timeoutMs: number; readonly timer: Timer },
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const timeout = setTimeout(() => {
    outgoing.destroy(new NoAnswer('timeout', `No whole answer came within ${timeoutMs} ms.`));
  }, timeoutMs);
  const failing = new AbortController();
  const pause = async (ms: number) => {
    await sleep(ms, failing.signal);
    timeout.refresh();
  };
  outgoing.on('error', (error) => reject(reasonOf(error)));
  outgoing.on('response', (incoming) => {
    readAnswer(incoming, manner, pause).then(resolve, (error: unknown) => {
      reject(reasonOf(error));
      outgoing.destroy();
    });
  });
  try {
    const sent = sendBody(outgoing, body, manner, pause);
    sent.catch(reject);
    return await promise;
  } catch (error) {
    // A pause of the manner would keep the process from ending.
    failing.abort();
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

async function sendBody(
  outgoing: ClientRequest,
  body: string | undefined,
  { throttle, drop }: NetworkFaults,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  if (body === undefined || (throttle === null && !drop)) {
    outgoing.end(body);
    return;
  }
  const bytes = Buffer.from(body);
  const sent = drop ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
  const size = Math.max(1, throttle?.bytes ?? sent.length);
  for (let offset = 0; offset < sent.length && !outgoing.destroyed; offset += size) {
    if (offset > 0 && throttle !== null) await pause(throttle.pauseMs);
    if (!outgoing.destroyed) await write(outgoing, sent.subarray(offset, offset + size));
  }
  if (drop) outgoing.destroy(new NoAnswer('dropped', 'The connection was cut in the middle of the body, on purpose.'));
  else outgoing.end();
}

/** Writes, and waits until the system has it: what is destroyed before that was never sent. */
async function write(outgoing: ClientRequest, bytes: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  outgoing.once('close', resolve);
  outgoing.write(bytes, () => resolve());
  await promise;
  outgoing.off('close', resolve);
}

async function readAnswer(
  incoming: IncomingMessage,
  { slowReadMs }: NetworkFaults,
  pause: (ms: number) => Promise<void>,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    if (slowReadMs > 0) await pause(slowReadMs);
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > ANSWER_BYTES_MAX)
      throw new NoAnswer('tooLong', `The answer is longer than ${ANSWER_BYTES_MAX} bytes.`);
    chunks.push(bytes);
  }
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]);
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    text: Buffer.concat(chunks).toString(),
  };
}
