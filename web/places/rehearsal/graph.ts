import { graphClient, type GraphClient } from '#entra/graph-api/client.ts';
import type { ErrorBody, WireExchange } from '#entra/graph-api/client-types.ts';
import { ApiError } from '../../data/client.ts';
import { reportAnswer, reportNoAnswer } from '../../data/connection.ts';
import { inConsoleWords } from '../../words/console-way.ts';
import { spokenWords } from '../../words/spoken.ts';

export type { GraphClient } from '#entra/graph-api/client.ts';

/** A refusal of the Graph API, with the exchanges with the target that led to it, if there were any. */
export class GraphError extends ApiError {
  readonly exchanges: readonly WireExchange[];
  /** Entra's own code of a failure of the target, such as SystemForCrossDomainIdentityManagementServiceIncompatible. */
  readonly targetCode: string | undefined;
  override readonly language: string;

  constructor(status: number, { message, innerError }: ErrorBody) {
    super(status, inConsoleWords(message), innerError.error_code, innerError['request-id']);
    this.name = 'GraphError';
    this.language = innerError.language ?? 'en';
    this.exchanges = innerError.exchanges ?? [];
    this.targetCode = innerError.code;
  }
}

/**
 * Returns a client for the Graph API of the stand-in, with the session of the console. Its operations throw ApiError, as those of the REST
 * API do.
 *
 * @param tenant The id of a tenant; undefined for what concerns all tenants.
 *
 * @example
 * const { value } = await graph(tenant.id, signal).users.list({ top: 50 });
 */
export function graph(tenant: string | undefined, signal?: AbortSignal): GraphClient {
  return graphClient({
    baseUrl: `${location.origin}/entra/v1.0`,
    ...(tenant !== undefined && { tenant }),
    fetch: async (url, init) => await send(url, { ...init, ...(signal !== undefined && { signal }) }),
  });
}

async function send(url: RequestInfo | URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Accept-Language', spokenWords().locale);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, credentials: 'same-origin' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    reportNoAnswer();
    throw new ApiError(0, spokenWords().noAnswer);
  }
  reportAnswer(response.status, new URL(response.url).pathname);
  if (response.ok) return response;
  const body = await bodyOf(response);
  if (body === undefined) throw new ApiError(response.status, spokenWords().answered(response.status));
  throw new GraphError(response.status, body);
}

/** Returns the error of a refusal; undefined if something else than the Graph API answered. */
async function bodyOf(response: Response): Promise<ErrorBody | undefined> {
  try {
    const { error } = (await response.json()) as { readonly error?: ErrorBody };
    return error?.innerError === undefined ? undefined : error;
  } catch {
    return undefined;
  }
}
