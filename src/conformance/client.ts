import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { http, https } from '#base/node-http.ts';
import { PATCH_OPERATION, SCIM_JSON } from './scim-names.ts';

/** A request and its response as the report shows them, with the token masked. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The response; undefined if none arrived. */
  readonly answer: Answer | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body parsed as JSON. Undefined if it is empty or not valid JSON. */
  readonly body: JsonValue | undefined;
}

export type Query = Readonly<Record<string, string | number>>;

export interface CallOptions {
  /** Headers to add to the default headers. The value undefined removes a default header. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly query?: Query;
  /** The authentication scheme in the Authorization header. The default is `Bearer`. */
  readonly scheme?: string;
}

export interface Client {
  readonly baseUrl: string;
  /** Sends a string body unchanged, any other body as JSON. Throws NoAnswer if the server does not respond, and Stopped after an abort. */
  readonly send: (method: string, path: string, body?: unknown, options?: CallOptions) => Promise<Answer>;
  readonly get: (path: string, options?: CallOptions) => Promise<Answer>;
  /** Sends a GET request with query parameters. */
  readonly list: (path: string, query: Query) => Promise<Answer>;
  readonly post: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>;
  readonly put: (path: string, body: unknown, options?: CallOptions) => Promise<Answer>;
  readonly patch: (path: string, operations: readonly JsonObject[], options?: CallOptions) => Promise<Answer>;
  readonly delete: (path: string, options?: CallOptions) => Promise<Answer>;
}

export interface ClientOptions {
  readonly url: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** After an abort, no further request is sent. A request in progress is completed, so that no created resource is missed. */
  readonly signal: AbortSignal;
  /** Called for every exchange, even if no response arrived. */
  readonly onExchange: (exchange: Exchange) => void;
}

/** The maximum length of a response in bytes. A list of a few hundred resources is far smaller. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
const MASK = '********';

/** Thrown if a request gets no response: the connection is refused or closed, or the response takes too long or is too large. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Thrown if the run is stopped, for example by Ctrl-C. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

export function openClient(options: ClientOptions): Client {
  const baseUrl = options.url;
  const send: Client['send'] = async (method, path, body, callOptions = {}) => {
    if (options.signal.aborted) throw new Stopped('The run was stopped.');
    const url = baseUrl + path + queryText(callOptions.query, path.includes('?') ? '&' : '?');
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const headers = headersOf(options.token, payload, callOptions);
    const masked = mask(headers, options.token);
    try {
      const received = await exchange(url, method, headers, payload, options.timeoutMs);
      const answer = withoutToken(received, options.token);
      options.onExchange({ method, url, headers: masked, body: payload, answer });
      return answer;
    } catch (error) {
      options.onExchange({ method, url, headers: masked, body: payload, answer: undefined });
      throw new NoAnswer(`${method} ${url}: ${reasonOf(error)}`, { cause: error });
    }
  };
  return {
    baseUrl,
    send,
    get: (path, callOptions) => send('GET', path, undefined, callOptions),
    list: (path, query) => send('GET', path, undefined, { query }),
    post: (path, body, callOptions) => send('POST', path, body, callOptions),
    put: (path, body, callOptions) => send('PUT', path, body, callOptions),
    patch: (path, operations, callOptions) =>
      send('PATCH', path, { schemas: [PATCH_OPERATION], Operations: operations }, callOptions),
    delete: (path, callOptions) => send('DELETE', path, undefined, callOptions),
  };
}

function queryText(query: Query | undefined, separator: string): string {
  if (query === undefined) return '';
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return separator + pairs.join('&');
}

function headersOf(
  token: string,
  payload: string | undefined,
  { headers: changes = {}, scheme = 'Bearer' }: CallOptions,
): Readonly<Record<string, string>> {
  const usual = {
    authorization: `${scheme} ${token}`,
    accept: SCIM_JSON,
    'user-agent': 'tanhua-conformance',
    ...(payload !== undefined && { 'content-type': SCIM_JSON, 'content-length': String(Buffer.byteLength(payload)) }),
  };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...usual, ...changes })) if (value !== undefined) headers[name] = value;
  return headers;
}

/** Masks every credential, not only the token, because checks send invalid credentials that are derived from it. */
function mask(headers: Readonly<Record<string, string>>, token: string): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    name === 'authorization' ? `Bearer ${MASK}` : value.replaceAll(token, MASK),
  ]);
  return Object.fromEntries(entries);
}

/** Masks the token in a response, so that no report contains the token even if the server repeats it. */
function withoutToken(answer: Answer, token: string): Answer {
  if (!JSON.stringify([answer.text, answer.headers]).includes(token)) return answer;
  const headers: IncomingHttpHeaders = JSON.parse(JSON.stringify(answer.headers).replaceAll(token, MASK));
  const text = answer.text.replaceAll(token, MASK);
  return { status: answer.status, headers, text, body: parse(text) };
}

async function exchange(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  payload: string | undefined,
  timeoutMs: number,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing = (url.startsWith('https:') ? https : http).request(
    url,
    { method, headers: { ...headers }, signal: AbortSignal.timeout(timeoutMs) },
    (incoming) => {
      readAnswer(incoming).then(resolve, reject);
    },
  );
  outgoing.on('error', reject);
  outgoing.end(payload);
  return await promise;
}

async function readAnswer(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > ANSWER_BYTES_MAX) throw new Error(`the response is longer than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(bytes);
  }
  const text = Buffer.concat(chunks).toString();
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parse(text) };
}

function parse(text: string): JsonValue | undefined {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError') return 'no response arrived in time';
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error.message;
}
