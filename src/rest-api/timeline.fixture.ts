import { expect } from 'vitest';
import { openTestRestApi, type RestAnswer, type TestRestApi } from './rest-api.fixture.ts';

export interface Entry {
  readonly id: string;
  readonly eventId: string | null;
  readonly type: string;
  readonly words: string;
  readonly changes: readonly { readonly text: string }[];
  readonly request: { readonly id: string; readonly method: string; readonly outcome: string } | null;
  readonly refusal: RestAnswer['body'];
}

type Query = Readonly<Record<string, string>>;
type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A directory that an integration provisions, and the timelines of the people in it. */
export interface TimelineWorld extends AsyncDisposable {
  readonly api: TestRestApi;
  /** Requests a timeline with a query. */
  readonly get: (query: Query, headers?: Readonly<Record<string, string>>) => Promise<RestAnswer>;
  /** Returns the timeline of a person, and fails for any status but 200. */
  readonly timelineOf: (person: string, more?: Query) => Promise<RestAnswer['body']>;
  readonly entriesOf: (person: string) => Promise<readonly Entry[]>;
  /** Sends a SCIM request of the integration. */
  readonly sendNow: (method: Method, path: string, body?: object) => Promise<RestAnswer>;
  /** Sends a SCIM request of the integration, a second after the previous one. */
  readonly send: TimelineWorld['sendNow'];
  /** Creates a user and returns the id. */
  readonly create: (userName: string, more?: object) => Promise<string>;
}

/** Returns a PATCH request with these operations. */
export const patch = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

export const replaced = (path: string, value: unknown) => patch({ op: 'replace', path, value });

/** Returns the body of a user that the rules accept. */
export const userOf = (userName: string, more: object = {}) => ({
  userName,
  emails: [{ value: `${userName}@contoso.example`, type: 'work', primary: true }],
  ...more,
});

export async function openTimelineWorld(): Promise<TimelineWorld> {
  const api = await openTestRestApi();
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  const token = await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Entra ID' });
  const headers = { authorization: `Bearer ${token.body.key}` };
  const get: TimelineWorld['get'] = async (query, sent) =>
    await api.send('GET', `/api/timeline?${new URLSearchParams(query).toString()}`, undefined, sent);
  const timelineOf: TimelineWorld['timelineOf'] = async (person, more = {}) => {
    const { status, body, text } = await get({ person, ...more });
    expect(status, text).toBe(200);
    return body;
  };
  const sendNow: TimelineWorld['send'] = async (method, path, body) =>
    await api.send(method, `/scim/v2${path}`, body, headers);
  const send: TimelineWorld['send'] = async (...request) => {
    api.directory.clock.advance(1_000);
    return await sendNow(...request);
  };
  return {
    api,
    get,
    timelineOf,
    entriesOf: async (person) => (await timelineOf(person)).entries,
    sendNow,
    send,
    create: async (userName, more) => {
      const { status, body, text } = await send('POST', '/Users', userOf(userName, more));
      expect(status, text).toBe(201);
      return body.id;
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}
