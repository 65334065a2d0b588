import type { ErrorBody, ListOptions, Page } from './client-types.ts';

/** The options of `graphClient`. The client uses only APIs that browsers also have. */
export interface GraphClientOptions {
  /** The URL of the API, such as https://HOST/entra/v1.0. */
  readonly baseUrl: string;
  /** An API key. Without one, the browser's session identifies the caller. */
  readonly key?: string;
  /** The id or name of a tenant. It can be omitted if the organization has only one tenant. */
  readonly tenant?: string;
  readonly organizationId?: string;
  readonly fetch?: typeof fetch;
}

/** An error response of the API. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly error: ErrorBody;
  /** The seconds in the Retry-After header; null if the response does not have it. */
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
  readonly send: <Answer>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly text: (path: string) => Promise<string>;
  /** Returns the page at a nextLink or deltaLink. Sends the request to the host of `baseUrl` and ignores the host in the link. */
  readonly follow: <Item>(link: string) => Promise<Page<Item>>;
}

export function openTransport(options: GraphClientOptions): Transport {
  const { baseUrl, key, tenant, organizationId } = options;
  const base = baseUrl.replace(/\/$/, '');
  const call = async (method: string, url: string, body?: unknown, headers = {}): Promise<Response> => {
    const answer = await (options.fetch ?? fetch)(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'x-api-key': key }),
        ...(tenant !== undefined && { 'x-entra-tenant': encodeHeader(tenant) }),
        ...(organizationId !== undefined && { 'x-org-id': organizationId }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  };
  const read = async <Answer>(answer: Response): Promise<Answer> =>
    // A 204 response has no body, and its callers do not expect a value.
    (answer.status === 204 ? undefined : await answer.json()) as Answer;
  return {
    get: async (path) => read(await call('GET', base + path)),
    send: async (method, path, body, headers) => read(await call(method, base + path, body, headers)),
    text: async (path) => await (await call('GET', base + path)).text(),
    follow: async (link) => {
      const { pathname, search } = new URL(link);
      const { pathname: prefix } = new URL(base);
      return read(await call('GET', base + pathname.slice(prefix.length) + search));
    },
  };
}

/** Percent-encodes a tenant's name, because headers contain only ASCII. The server decodes the name. */
function encodeHeader(name: string): string {
  return encodeURIComponent(name);
}

async function refusalOf(answer: Response): Promise<GraphRefusal> {
  const text = await answer.text();
  const retryAfter = answer.headers.get('retry-after');
  return new GraphRefusal(answer.status, bodyOf(text, answer.status), retryAfter === null ? null : Number(retryAfter));
}

/** Reads the error from a response. If the text is not Graph's JSON, for example because a proxy sent it, the error quotes the text. */
function bodyOf(text: string, status: number): ErrorBody {
  try {
    const { error } = JSON.parse(text) as { readonly error?: ErrorBody };
    if (error?.message !== undefined) return error;
  } catch {
    // The text is not JSON and is quoted below.
  }
  const innerError = { date: '', 'request-id': '', 'client-request-id': '', error_code: 'unknown' };
  return { code: 'Unknown', message: `The server answered ${status}: ${text.slice(0, 200)}`, innerError };
}

/**
 * Returns the query string for a list, or '' without options. Values are percent-encoded.
 *
 * @example
 * queryOf({ select: ['id', 'mail'], top: 5 }); // '?$select=id%2Cmail&$top=5'
 */
export function queryOf(options: ListOptions = {}): string {
  const { filter, search, select, top, count, orderby, expand } = options;
  const values = { filter, search, select: select?.join(','), top, count, orderby, expand };
  const named = Object.entries(values).filter(([, value]) => value !== undefined);
  const text = named.map(([name, value]) => `$${name}=${encodeURIComponent(String(value))}`).join('&');
  return text === '' ? '' : `?${text}`;
}

/**
 * A template tag for paths. Percent-encodes the inserted values.
 *
 * @example
 * pathTo`/users/${'a/b'}/manager`; // '/users/a%2Fb/manager'
 */
export function pathTo(parts: TemplateStringsArray, ...names: readonly string[]): string {
  return parts
    .map((part, index) => part + (index < names.length ? encodeURIComponent(names[index] ?? '') : ''))
    .join('');
}
