import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction } from 'node:net';
import { http, https } from '#base/node-http.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import { ConcurrencyLimit } from '#base/concurrency-limit.ts';
import type { HttpPeer } from './http-peer.ts';
import { NoAnswer, reasonOf } from './no-answer.ts';
import { noAnswerTexts } from './no-answer-texts.ts';

/** The maximum size of a response, in bytes. A page of a list is far smaller. A longer response fails with NoAnswer `tooLong`. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** How long an idle connection is kept open. */
const IDLE_SOCKET_MS = 30_000;

export interface HttpRequest {
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Network faults to simulate on request. */
export interface NetworkFaults {
  /** Sends the body in pieces of this size with pauses between them; null sends it at once. The headers go with the first piece. */
  readonly throttle: { readonly bytes: number; readonly pauseMs: number } | null;
  readonly slowReadMs: number;
  /** True to close the connection after half of the body. */
  readonly drop: boolean;
}

export const noNetworkFaults: NetworkFaults = { throttle: null, slowReadMs: 0, drop: false };

/** The maximum number of concurrent requests to a server, and the maximum time for a response. */
export interface ConnectionLimits {
  readonly sockets: number;
  readonly timeoutMs: number;
  /** The timer for the pauses of simulated faults; the system's by default. */
  readonly timer?: Timer | undefined;
  /** The maximum size of a response in bytes; ANSWER_BYTES_MAX by default. */
  readonly answerBytesMax?: number | undefined;
}

/** The checks that decide where connections may go. */
interface Checks {
  /** Resolves a name and checks its addresses, for each new connection. */
  readonly lookup: LookupFunction;
  /** Throws NoAnswer for a peer that no request may reach. */
  readonly requireReachable: () => void;
}

/** The connections to one server. */
export interface HttpConnection {
  /**
   * Sends a request and returns the response. Throws NoAnswer if there is no complete response. The pauses of simulated faults do not
   * count toward the timeout.
   */
  readonly send: (request: HttpRequest, faults?: NetworkFaults) => Promise<HttpAnswer>;
  /** Aborts the requests in progress. */
  readonly close: () => void;
}

/** Opens connections to a server. Only the gateway may call this function, because the gateway provides the checks. */
export function openConnection(
  peer: HttpPeer,
  { sockets, timeoutMs, timer = systemTimer, answerBytesMax = ANSWER_BYTES_MAX }: ConnectionLimits,
  { lookup, requireReachable }: Checks,
): HttpConnection {
  const options = { keepAlive: true, maxSockets: sockets, timeout: IDLE_SOCKET_MS, lookup };
  // Certificates are always checked; NODE_EXTRA_CA_CERTS adds the certificates of a private authority.
  const agent = peer.isSecure ? new https.Agent(options) : new http.Agent(options);
  const closing = new AbortController();
  // Requests wait here for a free connection. The timeout of a request begins only after this wait.
  const concurrency = new ConcurrencyLimit(sockets);
  const send = async (request: HttpRequest, faults: NetworkFaults) => {
    if (closing.signal.aborted) throw new NoAnswer('closed', noAnswerTexts.closed);
    requireReachable();
    const outgoing = (peer.isSecure ? https : http).request({
      agent,
      host: peer.hostname,
      port: peer.port,
      method: request.method,
      path: request.target,
      headers: { ...request.headers },
      // Sends only the caller's headers, so that the recorded headers are complete.
      setHost: false,
      signal: closing.signal,
    });
    return await exchange(outgoing, request.body, faults, { timeoutMs, timer, answerBytesMax });
  };
  return {
    send: async (request, faults = noNetworkFaults) => await concurrency.run(async () => await send(request, faults)),
    close: () => {
      closing.abort();
      agent.destroy();
    },
  };
}

async function exchange(
  outgoing: ClientRequest,
  body: string | undefined,
  faults: NetworkFaults,
  limits: { readonly timeoutMs: number; readonly timer: Timer; readonly answerBytesMax: number },
): Promise<HttpAnswer> {
  const {
    timeoutMs,
    timer: { sleep },
    answerBytesMax,
  } = limits;
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const timeout = setTimeout(() => {
    outgoing.destroy(new NoAnswer('timeout', noAnswerTexts.timeout(String(timeoutMs))));
  }, timeoutMs);
  const failing = new AbortController();
  const pause = async (ms: number) => {
    await sleep(ms, failing.signal);
    timeout.refresh();
  };
  outgoing.on('error', (error) => reject(reasonOf(error)));
  outgoing.on('response', (incoming) => {
    readAnswer(incoming, { ...faults, answerBytesMax }, pause).then(resolve, (error: unknown) => {
      reject(reasonOf(error));
      outgoing.destroy();
    });
  });
  try {
    const sent = sendBody(outgoing, body, faults, pause);
    sent.catch(reject);
    return await promise;
  } catch (error) {
    // Ends a pause of a simulated fault, which would otherwise keep the process from exiting.
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
  if (drop) outgoing.destroy(new NoAnswer('dropped', noAnswerTexts.dropped));
  else outgoing.end();
}

/** Writes bytes and waits until the operating system has accepted them. If the request is destroyed earlier, they are not sent. */
async function write(outgoing: ClientRequest, bytes: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  outgoing.once('close', resolve);
  outgoing.write(bytes, () => resolve());
  await promise;
  outgoing.off('close', resolve);
}

async function readAnswer(
  incoming: IncomingMessage,
  { slowReadMs, answerBytesMax }: Pick<NetworkFaults, 'slowReadMs'> & { readonly answerBytesMax: number },
  pause: (ms: number) => Promise<void>,
): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    if (slowReadMs > 0) await pause(slowReadMs);
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > answerBytesMax) throw new NoAnswer('tooLong', noAnswerTexts.tooLong(String(answerBytesMax)));
    chunks.push(bytes);
  }
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [name, values.join(', ')]);
  return {
    status: incoming.statusCode ?? 0,
    headers: Object.fromEntries(headers),
    text: Buffer.concat(chunks).toString(),
  };
}
