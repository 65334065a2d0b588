import type { ErrorBody, ListOptions, Page } from './client-types.ts';

/** How the API is reached: everything that a browser has by itself. */
export interface GraphClientOptions {
  /** Such as https://HOST/entra/v1.0. */
  readonly baseUrl: string;
  /** An API key; without one the session of the browser counts. */
  readonly key?: string;
  /** The id or the name of a tenant; without one the only one there is. */
  readonly tenant?: string;
  readonly organizationId?: string;
  readonly fetch?: typeof fetch;
}

/** A refusal of the API. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly error: ErrorBody;
  /** Seconds; null where the answer names none. */
  readonly retryAfter: number | null;

  constructor(status: number, error: ErrorBody, retryAfter: number | null) {
    super(error.message);
    this.name = 'GraphRefusal';
    this.status = status;
    this.error = error;
    this.retryAfter = retryAfter;
  }
}

export interface Transport {
  readonly get: <Answer>(path: string) => Promise<Answer>;
  readonly send: <Answer>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<Answer>;
  readonly text: (path: string) => Promise<string>;
  /** The page behind a link of an answer, from whichever host the link names. */
  readonly follow: <Item>(link: string) => Promise<Page<Item>>;
}

export function openTransport(options: GraphClientOptions): Transport {
  const { baseUrl, key, tenant, organizationId } = options;
  const base = baseUrl.replace(/\/$/, '');
  const call = async (method: string, url: string, body?: unknown): Promise<Response> => {
    const answer = await (options.fetch ?? fetch)(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'x-api-key': key }),
        ...(tenant !== undefined && { 'x-entra-tenant': encodeHeader(tenant) }),
        ...(organizationId !== undefined && { 'x-org-id': organizationId }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  };
  const read = async <Answer>(answer: Response): Promise<Answer> =>
    // Without a body there is nothing to read, and nobody asks for it.
    (answer.status === 204 ? undefined : await answer.json()) as Answer;
  return {
    get: async (path) => read(await call('GET', base + path)),
    send: async (method, path, body) => read(await call(method, base + path, body)),
    text: async (path) => await (await call('GET', base + path)).text(),
    follow: async (link) => {
      const { pathname, search } = new URL(link);
      const { pathname: prefix } = new URL(base);
      return read(await call('GET', base + pathname.slice(prefix.length) + search));
    },
  };
}

/** Headers are ASCII; a name may be anything, and the server takes it in the query as well. */
function encodeHeader(name: string): string {
  return encodeURIComponent(name);
}

async function refusalOf(answer: Response): Promise<GraphRefusal> {
  const text = await answer.text();
  const retryAfter = answer.headers.get('retry-after');
  return new GraphRefusal(answer.status, bodyOf(text, answer.status), retryAfter === null ? null : Number(retryAfter));
}

/** What stands in between may answer in a shape of its own. */
function bodyOf(text: string, status: number): ErrorBody {
  try {
    const { error } = JSON.parse(text) as { readonly error?: ErrorBody };
    if (error?.message !== undefined) return error;
  } catch {
    // It is no JSON: told below.
  }
  const innerError = { date: '', 'request-id': '', 'client-request-id': '', error_code: 'unknown' };
  return { code: 'Unknown', message: `The server answered ${status}: ${text.slice(0, 200)}`, innerError };
}

/** ?$filter=…&$top=… of a list. */
export function queryOf(options: ListOptions = {}): string {
  const { filter, search, select, top, count, orderby, expand } = options;
  const values = { filter, search, select: select?.join(','), top, count, orderby, expand };
  const named = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = named.map(([name, value]) => `$${name}=${encodeURIComponent(String(value))}`).join('&');
  return text === '' ? '' : `?${text}`;
}

/** A path with names in it, encoded. */
export function pathTo(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts
    .map((part, index) => part + (index < names.length ? encodeURIComponent(names[index] ?? '') : ''))
    .join('');
}
