import { expect } from 'vitest';
import { openTestRestApi, type RestAnswer, type TestRestApi } from '../rest-api/rest-api.fixture.ts';
import type { JsonObject } from '#base/json.ts';
import { createUser } from '#directory/users.ts';
import { findSettings, updateSettings } from '#organizations/organization-store.ts';
import type { Settings } from '#organizations/settings.ts';

export const PASSWORD = 'correct horse battery staple';
export const OTHER_PASSWORD = 'four other words entirely';

/** Users and administrators, and functions that act for them, on a real directory. */
export interface TestAccounts extends AsyncDisposable {
  readonly api: TestRestApi;
  readonly set: (settings: Partial<Settings>) => Promise<void>;
  /** Creates a user as an administrator does, and returns the id; without a password, the user is pending. */
  readonly newUser: (username: string, more?: object) => Promise<string>;
  /** Creates a user as the integration does, and returns the id. */
  readonly newPushedUser: (username: string, more?: JsonObject) => Promise<string>;
  readonly shown: (id: string) => Promise<RestAnswer['body']>;
  readonly put: (id: string, body: object) => Promise<RestAnswer>;
  /** Sends a POST request without a credential. */
  readonly postAnonymously: (path: string, body: object) => Promise<RestAnswer>;
  readonly signIn: (username: string, password?: string, more?: object) => Promise<RestAnswer>;
  /** Signs in, and returns a function that sends requests with the token of the session. */
  readonly signedIn: (username: string, password?: string, more?: object) => Promise<TestRestApi['send']>;
  readonly page: (
    method: 'GET' | 'POST',
    path: string,
    fields?: Readonly<Record<string, string>>,
  ) => Promise<RestAnswer>;
  /** Sends the activation email again, or a password reset link, and returns the token of the link. */
  readonly sendLink: (id: string) => Promise<string>;
  readonly newestMail: (recipient: string) => Promise<{ kind: string; text: string; token: string }>;
  /** Returns the types of the events of a user, oldest first. */
  readonly eventsOf: (id: string) => Promise<readonly string[]>;
}

export async function openTestAccounts(): Promise<TestAccounts> {
  const api = await openTestRestApi();
  const { deps, caller } = api.directory;
  const put: TestAccounts['put'] = (id, body) => api.send('PUT', `/api/systemusers/${id}`, body);
  const postAnonymously: TestAccounts['postAnonymously'] = (path, body) => api.send('POST', path, body, {});
  const signIn: TestAccounts['signIn'] = (username, password = PASSWORD, more = {}) =>
    postAnonymously('/api/portal/sign-in', { username, password, ...more });
  const newestMail: TestAccounts['newestMail'] = async (recipient) => {
    const mail = (await api.mails()).find((one) => one.recipient === recipient);
    if (mail === undefined) throw new Error(`${recipient} got no email`);
    return mail;
  };
  return {
    api,
    put,
    postAnonymously,
    signIn,
    newestMail,
    set: async (settings) => {
      const before = await findSettings(deps.database, api.organizationId);
      await updateSettings(deps.database, api.organizationId, { ...before, ...settings });
    },
    newUser: async (username, more = {}) => {
      const created = await api.send('POST', '/api/systemusers', {
        username,
        email: `${username}@example.com`,
        ...more,
      });
      expect(created.status, created.text).toBe(200);
      return created.body._id;
    },
    newPushedUser: async (userName, more) => {
      const emails = [{ value: `${userName}@example.com`, type: 'work', primary: true }];
      return (await createUser(deps, caller, { document: { userName, emails, ...more }, ignored: [] })).id;
    },
    shown: async (id) => (await api.send('GET', `/api/systemusers/${id}`)).body,
    signedIn: async (username, password, more) => {
      const { status, body, text } = await signIn(username, password, more);
      expect(status, text).toBe(200);
      return (method, path, sent, headers) =>
        api.send(method, path, sent, { authorization: `Bearer ${body.token}`, ...headers });
    },
    page: (method, path, fields) =>
      api.send(method, path, fields && new URLSearchParams(fields).toString(), {
        ...(fields && { 'content-type': 'application/x-www-form-urlencoded' }),
      }),
    sendLink: async (id) => {
      // Without the advance, another email could have the same time, and newestMail could return that email.
      api.directory.clock.advance(1);
      const sent = await api.send('POST', '/api/systemusers/reactivate', { models: [{ _id: id }] });
      expect(sent.status, sent.text).toBe(200);
      const { email } = (await api.send('GET', `/api/systemusers/${id}`)).body;
      return (await newestMail(email)).token;
    },
    eventsOf: async (id) => {
      const events = await api.send('GET', `/api/systemusers/${id}/timeline`);
      return events.body.results.map((event: { event_type: string }) => event.event_type).toReversed();
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
}
