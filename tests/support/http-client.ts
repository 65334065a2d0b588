import { request, type IncomingHttpHeaders } from 'node:http';
import { withSchemas } from './with-schemas.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; undefined where there is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string, else as JSON. */
  readonly body?: unknown;
}

/** Sends just these headers: fetch would add a User-Agent and an Accept, which Entra ID does not send. */
export async function call(url: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Answer> {
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // A URL forgets a ? with nothing behind it, which OneLogin sends.
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
 * A client of one SCIM server, as Entra ID is one: a bearer token, no User-Agent, no Accept. A body of a user, a group or a
 * PATCH without `schemas` gets them.
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
