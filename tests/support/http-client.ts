import { request, type IncomingHttpHeaders } from 'node:http';
import { withSchemas } from './with-schemas.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The parsed JSON body; undefined if the body is empty or not JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read responses of any shape
  readonly body: any;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of the request: a string is sent unchanged, any other value as JSON. */
  readonly body?: unknown;
}

/** Sends a request with only the given headers. `fetch` would add User-Agent and Accept, which Entra ID does not send. */
export async function call(url: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // OneLogin sends a trailing "?", which `URL` drops.
  const { pathname, search } = new URL(url);
  const path = `${pathname}${url.endsWith('?') ? '?' : search}`;
  const outgoing = request(
    url,
    {
      method,
      path,
      headers: { ...headers, ...(payload !== undefined && { 'content-length': Buffer.byteLength(payload) }) },
    },
    (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, body: parse(text) });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(payload);
  return await promise;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A client of one SCIM server that sends the same headers as Entra ID: a bearer token, no User-Agent and no Accept. Adds `schemas` to
 * a user, a group or a PATCH that has none.
 *
 * @example
 * const client = scimClient(server.scimUrl, server.key);
 * const { status, body } = await client.post('/Users', { userName: 'ann' });
 */
export function scimClient(scimUrl: string, key: string) {
  const headers = { authorization: `Bearer ${key}` };
  const withBody = { ...headers, 'content-type': 'application/scim+json; charset=utf-8' };
  const send = (method: string, path: string, body: unknown) =>
    call(scimUrl + path, { method, headers: withBody, body: withSchemas(method, path, body) });
  return {
    get: (path: string) => call(scimUrl + path, { headers }),
    post: (path: string, body: unknown) => send('POST', path, body),
    put: (path: string, body: unknown) => send('PUT', path, body),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
    delete: (path: string) => call(scimUrl + path, { method: 'DELETE', headers }),
  };
}

export type ScimClient = ReturnType<typeof scimClient>;
