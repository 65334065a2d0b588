import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_NOTICE_DAYS } from '#accounts/key-notices.ts';
import { maintain } from '#accounts/maintenance.ts';
import { createApiKey } from '#admins/api-keys.ts';
import { DAY_MS } from '#base/clock.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
/** The number of days between two maintenance runs. */
const STEP_DAYS = 1;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** Returns the recipient and the days left of each notice about a key, in the order in which the notices were sent. */
async function notices(name: string): Promise<readonly string[]> {
  const mails = (await api.mails()).filter(({ kind, text }) => kind === 'api_key_expiration' && text.includes(name));
  return mails.toReversed().map(({ recipient, text }) => `${recipient} ${/expires in (\d+) day/.exec(text)?.[1]}`);
}

/** Advances the clock in steps. After each step, runs the maintenance twice at the same time, as two processes would. */
async function pass(days: number): Promise<void> {
  for (let passed = 0; passed < days; passed += STEP_DAYS) {
    api.directory.clock.advance(STEP_DAYS * DAY_MS);
    await Promise.all([maintain(api.services.accounts), maintain(api.services.accounts)]);
  }
}

async function owner(role: string) {
  const { id, key } = await api.administratorOf(role);
  const { email } = (await api.send('GET', `/api/users/${id}`)).body;
  const accepted = api.directory.deps.database.updateTable('administrators').set({ password_hash: 'accepted' });
  await accepted.where('id', '=', id).execute();
  const make = async (body: object) => (await api.send('POST', '/api/keys', body, { 'x-api-key': key })).body;
  return { email, key, make };
}

test('the owner of a key is notified once 30, 7 and 1 days before it expires, unless the key was rotated or revoked', async () => {
  expect(KEY_NOTICE_DAYS).toEqual([30, 7, 1]);
  const { email, key, make } = await owner('Manager');
  await make({ name: 'Long lived', expiresInDays: 60 });
  await make({ name: 'For a week', expiresInDays: 7 });
  await make({ name: 'Never ending', expiresInDays: null });
  const replaced = await make({ name: 'Replaced', expiresInDays: 60 });
  const revoked = await make({ name: 'Withdrawn', expiresInDays: 60 });
  await api.send(
    'POST',
    `/api/keys/${replaced.id}/rotate`,
    { overlapHours: 48, expiresInDays: null },
    { 'x-api-key': key },
  );
  await api.send('DELETE', `/api/keys/${revoked.id}`);
  await pass(29);
  expect(await notices('Long lived')).toEqual([]);
  expect(await notices('For a week')).toEqual([`${email} 1`]);
  await pass(2);
  expect(await notices('Long lived')).toEqual([`${email} 30`]);
  // The first notice may be deleted by then, because emails are kept for 30 days.
  await pass(31);
  expect((await notices('Long lived')).slice(-2)).toEqual([`${email} 7`, `${email} 1`]);
  for (const name of ['Never ending', 'Replaced', 'Withdrawn']) expect(await notices(name), name).toEqual([]);
  const events = await api.send('POST', '/insights/directory/v1/events', {
    service: 'all',
    start_time: '2020-01-01T00:00:00Z',
    search_term: { event_type: 'api_key_expiry_notice', 'resource.name': 'Long lived' },
  });
  expect(events.body.map((event: { changes: { to: number }[] }) => event.changes[0]?.to)).toEqual([30, 7, 1]);
});

test('administrators who can create integration tokens are notified before one expires, and again after its expiry changes', async () => {
  const { email } = await owner('Administrator');
  const { email: reader } = await owner('Read Only');
  const { id: invited } = await api.administratorOf('Administrator');
  const { email: unconfirmed } = (await api.send('GET', `/api/users/${invited}`)).body;
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  const token = (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Entra token', expiresInDays: 8 }))
    .body;
  await pass(2);
  const sentNotices = await notices('Entra token');
  expect(sentNotices).toContain(`${email} 7`);
  for (const other of [reader, unconfirmed]) expect(sentNotices.some((notice) => notice.startsWith(other))).toBe(false);
  await api.send('PUT', `/api/keys/${token.id}`, { expiresInDays: 9 });
  await pass(3);
  expect((await notices('Entra token')).filter((notice) => notice.startsWith(email))).toEqual([
    `${email} 7`,
    `${email} 7`,
  ]);
});

test('only the user is notified before a token of the user expires', async () => {
  await owner('Administrator');
  const body = { username: 'tokened', email: 'tokened@example.com', state: 'ACTIVATED', password: 'four words of one' };
  const { _id: userId } = (await api.send('POST', '/api/systemusers', body)).body;
  const draft = { owner: { kind: 'user', userId }, name: 'Own token', expiresInDays: 8, allowedIps: null } as const;
  await createApiKey(api.services.accounts, { ...api.directory.caller.origin, integration: undefined }, draft);
  await pass(2);
  expect(await notices('Own token')).toEqual(['tokened@example.com 7']);
});

test('a notice that no administrator can receive is not recorded, and is sent once the administrators have valid addresses', async () => {
  const { database } = api.directory.deps;
  const addresses = await database.selectFrom('administrators').select(['id', 'email']).execute();
  const setAll = async (domain: string) => {
    for (const { id } of addresses) {
      await database
        .updateTable('administrators')
        .set({ email: `${id}@${domain}` })
        .where('id', '=', id)
        .execute();
    }
  };
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  const created = await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Unheard token', expiresInDays: 8 });
  const search = async (type: string) =>
    (
      await api.send('POST', '/insights/directory/v1/events', {
        service: 'all',
        start_time: '2020-01-01T00:00:00Z',
        search_term: { event_type: type, 'resource.id': created.body.id },
      })
    ).body;
  await setAll('localhost');
  await pass(3);
  expect(await notices('Unheard token')).toEqual([]);
  expect(await search('api_key_expiry_notice')).toEqual([]);
  expect(await search('mail_skipped')).toMatchObject([
    { success: false, error_message: expect.stringContaining('tanhua admin set EMAIL --email NEW') },
  ]);
  await setAll('example.com');
  await pass(1);
  expect((await notices('Unheard token')).length).toBeGreaterThan(0);
  expect(await search('api_key_expiry_notice')).toHaveLength(1);
});
