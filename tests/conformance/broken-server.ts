import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { call } from '../support/http-client.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- faults change bodies of any shape
export type Body = any;

export interface BrokenRequest {
  readonly method: string;
  /** Relative to the base URL, such as `/Users`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The body as received. It is forwarded unchanged unless a fault has changed `body`. */
  readonly received: { readonly body: Body; readonly text: string };
}

export interface BrokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A string is sent unchanged, any other value as JSON; undefined sends no body. */
  readonly body: Body;
}

type Forward = (request: BrokenRequest) => Promise<BrokenAnswer>;
/** Simulates one error of a server: runs between the tester and a correct server, and alters a request or a response. */
export type Fault = (request: BrokenRequest, forward: Forward) => Promise<BrokenAnswer>;

export interface BrokenServer extends AsyncDisposable {
  readonly scimUrl: string;
}

/** Starts a server that forwards every request to the SCIM server at `realUrl`, with the alterations of the fault. */
export async function startBrokenServer(realUrl: string, fault: Fault): Promise<BrokenServer> {
  const forward: Forward = async ({ method, path, query, headers, body, received }) => {
    const search = query.size === 0 ? '' : `?${query.toString()}`;
    const payload = body === received.body && body !== undefined ? received.text : body;
    const answer = await call(realUrl + path + search, { method, headers, body: payload });
    return { status: answer.status, headers: textHeaders(answer.headers), body: answer.body ?? answer.text };
  };
  const server = createServer((incoming, outgoing) => {
    const serve = async (): Promise<void> => {
      const answer = await fault(await readRequest(incoming), forward);
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      outgoing.writeHead(answer.status, { ...answer.headers });
      outgoing.end(answer.status === 204 || answer.status === 304 ? undefined : text);
    };
    serve().catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    scimUrl: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<BrokenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const body = parse(text);
  const url = new URL(incoming.url ?? '/', 'http://server.example');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: textHeaders(incoming.headers),
    body,
    received: { body, text },
  };
}

/** Returns the headers as strings, without those that apply to one connection or depend on the body, which a fault may change. */
function textHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const dropped = ['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.includes(name) ? [] : [[name, String(value)]],
    ),
  );
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the fault of a server that misreads requests: `change` alters each request before the correct server handles it. */
export function alterRequest(change: (request: BrokenRequest) => Partial<BrokenRequest>): Fault {
  return async (request, forward) => await forward({ ...request, ...change(request) });
}

/** Returns the fault of a server that responds incorrectly: `change` alters the response to each request. */
export function alterAnswer(change: (answer: BrokenAnswer, request: BrokenRequest) => Partial<BrokenAnswer>): Fault {
  return async (request, forward) => {
    const good = await forward(request);
    return { ...good, ...change(good, request) };
  };
}

/** Returns a fault that changes each returned resource, whether the resource is the whole body or is in a list. */
export function alterResources(change: (resource: Body, request: BrokenRequest) => Body): Fault {
  return alterAnswer(({ status, body }, request) => {
    if (status >= 300 || typeof body !== 'object') return {};
    if (Array.isArray(body.Resources)) {
      return { body: { ...body, Resources: body.Resources.map((one: Body) => change(one, request)) } };
    }
    return { body: change(body, request) };
  });
}

/** Limits a fault to the requests with a matching path. */
export function at(path: RegExp, fault: Fault): Fault {
  return async (request, forward) => (path.test(request.path) ? await fault(request, forward) : await forward(request));
}

export function without(query: URLSearchParams, ...names: readonly string[]): URLSearchParams {
  return new URLSearchParams([...query].filter(([name]) => !names.includes(name)));
}

/** Returns a fault that changes the filter of a query. Queries without a filter stay unchanged. */
export function alterFilter(change: (filter: string) => string): Fault {
  return alterRequest(({ query }) => {
    const filter = query.get('filter');
    if (filter === null) return {};
    const changed = without(query, 'filter');
    changed.set('filter', change(filter));
    return { query: changed };
  });
}

/** Returns a fault that changes each operation of a PATCH. */
export function alterOperations(change: (operation: Body) => Body): Fault {
  return alterRequest(({ method, body }) =>
    method === 'PATCH' && Array.isArray(body?.Operations)
      ? { body: { ...body, Operations: body.Operations.map(change) } }
      : {},
  );
}

export function errorAnswer(status: number, scimType?: string): BrokenAnswer {
  return {
    status,
    headers: { 'content-type': 'application/scim+json' },
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      ...(scimType !== undefined && { scimType }),
      detail: 'The broken server refuses this request.',
    },
  };
}
