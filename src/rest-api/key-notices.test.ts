import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_NOTICE_DAYS, maintain } from '#accounts/maintenance.ts';
import { DAY_MS } from '#base/clock.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
/** How much time passes between two runs of the maintenance. */
const STEP_DAYS = 1;

beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

/** What the mails of a key said, in the order in which they were written: to whom, and how many days are left. */
async function notices(name: string): Promise<readonly string[]> {
  const mails = (await api.mails()).filter(({ kind, text }) => kind === 'api_key_expiration' && text.includes(name));
  return mails.toReversed().map(({ recipient, text }) => `${recipient} ${/expires in (\d+) day/.exec(text)?.[1]}`);
}

/** Time passes, and the maintenance runs now and again, in two processes at once. */
async function pass(days: number): Promise<void> {
  for (let passed = 0; passed < days; passed += STEP_DAYS) {
    api.directory.clock.advance(STEP_DAYS * DAY_MS);
    await Promise.all([maintain(api.services.accounts), maintain(api.services.accounts)]);
  }
}

async function owner(role: string) {
  const { id, key } = await api.administratorOf(role);
  const { email } = (await api.send('GET', `/api/users/${id}`)).body;
  const make = async (body: object) => (await api.send('POST', '/api/keys', body, { 'x-api-key': key })).body;
  return { email, key, make };
}

test('the owner of a key is told 30, 7 and 1 days before it expires, once each, and not of one that was rotated', async () => {
  expect(KEY_NOTICE_DAYS).toEqual([30, 7, 1]);
  const { email, key, make } = await owner('Manager');
  await make({ name: 'Long lived', expiresInDays: 60 });
  await make({ name: 'For a week', expiresInDays: 7 });
  await make({ name: 'Never ending', expiresInDays: null });
  const replaced = await make({ name: 'Replaced', expiresInDays: 60 });
  const revoked = await make({ name: 'Taken back', expiresInDays: 60 });
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
  // Mails themselves are kept for 30 days.
  await pass(31);
  expect((await notices('Long lived')).slice(-2)).toEqual([`${email} 7`, `${email} 1`]);
  for (const name of ['Never ending', 'Replaced', 'Taken back']) expect(await notices(name), name).toEqual([]);
  const events = await api.send('POST', '/insights/directory/v1/events', {
    service: 'all',
    start_time: '2020-01-01T00:00:00Z',
    search_term: { event_type: 'api_key_expiry_notice', 'resource.name': 'Long lived' },
  });
  expect(events.body.map((event: { changes: { to: number }[] }) => event.changes[0]?.to)).toEqual([30, 7, 1]);
});

test('of the token of an integration everybody is told who can make a new one; a longer life is told of anew', async () => {
  const { email } = await owner('Administrator');
  const { email: reader } = await owner('Read Only');
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  const token = (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Entra token', expiresInDays: 8 }))
    .body;
  await pass(2);
  const told = await notices('Entra token');
  expect(told).toContain(`${email} 7`);
  expect(told.some((notice) => notice.startsWith(reader))).toBe(false);
  await api.send('PUT', `/api/keys/${token.id}`, { expiresInDays: 9 });
  await pass(3);
  expect((await notices('Entra token')).filter((notice) => notice.startsWith(email))).toEqual([
    `${email} 7`,
    `${email} 7`,
  ]);
});
