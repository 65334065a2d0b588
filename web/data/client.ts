import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from '../contracts/api.ts';
import { inConsoleWords } from '../words/console-way.ts';
import { spokenWords } from '../words/spoken.ts';
import { reportAnswer, reportNoAnswer } from './connection.ts';

/** The schemas of the REST API, by name. */
export type Schemas = components['schemas'];

interface Fault {
  readonly field: string;
  readonly description: string;
}

/** An answer of the server that refuses a request, or does not come from the server at all (status 0). */
export class ApiError extends Error {
  readonly status: number;
  /** The code of the error; empty if the answer has none. */
  readonly code: string;
  readonly requestId: string | undefined;
  /** The language of the message; undefined for that of the page. */
  readonly language: string | undefined;
  /** What is wrong with which field of the body, such as `settings.passwordMinLength`. */
  readonly faults: readonly Fault[];

  constructor(status: number, message: string, code = '', requestId?: string, faults: readonly Fault[] = []) {
    super(message);
    this.faults = faults;
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

const watchConnection: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', spokenWords().locale);
  },
  async onResponse({ request, response }) {
    if (response.status === 401 && (await isWrongProof(response.clone()))) return undefined;
    reportAnswer(response.status, new URL(request.url).pathname);
    return undefined;
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    reportNoAnswer();
    return new ApiError(0, spokenWords().noAnswer);
  },
};

/** Returns the language of an error's message where it can be another one than that of the page, for `lang`. */
export function languageOf(error: unknown): string | undefined {
  return error instanceof ApiError ? error.language : undefined;
}

/** The codes of errors about a wrong password or code with which a session confirmed an action. They do not end the session. */
const wrongProofs: ReadonlySet<string> = new Set(['signInFailed', 'secondFactor']);

async function isWrongProof(response: Response): Promise<boolean> {
  try {
    const { error_code: code } = (await response.json()) as Partial<Schemas['Error']>;
    return code !== undefined && wrongProofs.has(code);
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
  const { message, error_code: code, request_id: requestId, details = [] } = (error ?? {}) as Partial<Schemas['Error']>;
  const faults = (details[0]?.fieldViolationsList ?? []).map(({ field = '', description = '' }) => ({
    field,
    description: inConsoleWords(description),
  }));
  throw new ApiError(
    response.status,
    message === undefined ? spokenWords().answered(response.status) : inConsoleWords(message),
    code,
    requestId,
    faults,
  );
}
