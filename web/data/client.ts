import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from '../contracts/api.ts';
import { inConsoleWords } from '../words/console-way.ts';
import { reportAnswer, reportNoAnswer } from './connection.ts';

/** The schemas of the REST API, by name. */
export type Schemas = components['schemas'];

/** An answer of the server that refuses a request, or does not come from the server at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  /** The code of the error; empty if the answer has none. */
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(status: number, message: string, code = '', requestId?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

const watchConnection: Middleware = {
  async onResponse({ request, response }) {
    if (response.status === 401 && (await isWrongPassword(response.clone()))) return undefined;
    reportAnswer(response.status, new URL(request.url).pathname);
    return undefined;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    reportNoAnswer();
    return new ApiError(0, 'The server does not answer.');
  },
};

/** True if a session confirmed an action with a wrong password, which does not end the session. */
async function isWrongPassword(response: Response): Promise<boolean> {
  try {
    const { error_code: code } = (await response.json()) as Partial<Schemas['Error']>;
    return code === 'signInFailed';
  } catch {
    return false;
  }
}

/** Sends requests to the REST API. The types are those of its contracts. */
export const api = createClient<paths>({ baseUrl: '/', credentials: 'same-origin' });
api.use(watchConnection);

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/**
 * Returns the body of a successful answer.
 *
 * @throws ApiError With the message of the server, which says what was wrong and what to do.
 *
 * @example
 * const { results } = await read(api.GET('/api/people', { params: { query: { search: 'ann' } } }));
 */
export async function read<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await answer;
  if (response.ok) return data as Data;
  const { message, error_code: code, request_id: requestId } = (error ?? {}) as Partial<Schemas['Error']>;
  throw new ApiError(
    response.status,
    message === undefined ? `The server answered ${response.status}.` : inConsoleWords(message),
    code,
    requestId,
  );
}
