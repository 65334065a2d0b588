import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ATTENTION_ITEMS_MAX,
  FAILED_MAIL_DAYS,
  KEY_EXPIRY_DAYS,
  SILENT_DAYS_MAX,
  type AttentionItem,
} from '#attention/attention.ts';
import { FAILED_MAIL_MAX } from '#attention/attention-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { updateLastRequest } from '#integrations/integration-store.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
let source: { readonly id: string; readonly headers: Readonly<Record<string, string>> };

beforeAll(async () => {
  api = await openTestRestApi();
  const { body } = await api.send('GET', '/api/integrations');
  const [{ id }] = body;
  await api.send('PUT', `/api/integrations/${id}`, { preset: 'strict', rules: { unknownMembers: 'defer' } });
  const token = await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'Token', expiresInDays: null });
  source = { id, headers: { authorization: `Bearer ${token.body.key}` } };
});
afterAll(() => api[Symbol.asyncDispose]());

async function items(kind: AttentionItem['kind'], key = api.key): Promise<readonly AttentionItem[]> {
  const { status, body } = await api.send('GET', '/api/attention', undefined, { 'x-api-key': key });
  expect(status).toBe(200);
  return body.results.filter((item: AttentionItem) => item.kind === kind);
}

const scim = async (path: string, body: object) => {
  const { status } = await api.send('POST', `/scim/v2${path}`, body, source.headers);
  return status;
};

test('groups refused people by source and reason, with the rule that refuses them', async () => {
  expect(await items('refusals')).toEqual([]);
  for (const name of ['ann', 'ben', 'cleo'])
    expect(await scim('/Users', { userName: `${name}@contoso.com` })).toBe(400);
  for (const name of ['dora', 'emil']) expect(await scim('/Users', { userName: name })).toBe(400);
  // A second refusal of the same person does not count again.
  expect(await scim('/Users', { userName: 'dora' })).toBe(400);
  const found = await items('refusals');
  expect(found.map(({ reason, rule, count }) => [reason, rule, count])).toEqual([
    ['userNameIsAddress', 'userName', 3],
    ['emailMissing', 'email', 2],
  ]);
  expect(found[0]?.source?.id).toBe(source.id);
  expect(found.map(({ fixes }) => fixes)).toEqual([
    [{ rule: 'userName', value: 'any' }],
    [{ rule: 'email', value: 'optional' }],
  ]);
  for (const { reason, count } of found) {
    const { body } = await api.send('GET', `/api/people?presence=refused&source=${source.id}&reason=${reason}`);
    expect(body.total, 'people in the list that the number opens').toBe(count);
  }
  expect(found[0]?.sentence).toBe('3 people are refused: the userName breaks the rule of the source.');
  expect(found[0]?.advice).toMatch(/^In Entra ID, map mailNickname to userName/);
  expect(found[1]?.advice).toMatch(/^In Entra ID, map userPrincipalName/);
});

test('separates the causes of one error, and says for each what helps, or that it depends on the value', async () => {
  for (const userName of ['jörg', 'günther', '9lives']) {
    const emails = [{ value: `u${userName.length}@contoso.com`, type: 'work', primary: true }];
    expect(await scim('/Users', { userName, emails })).toBe(400);
  }
  const found = (await items('refusals')).filter(({ rule }) => rule === 'userName');
  expect(found.map(({ reason, count }) => [reason, count])).toEqual([
    ['userNameCharacters', 3],
    ['userNameIsAddress', 3],
  ]);
  const [characters, address] = found;
  expect(address?.sentence).toBe(
    '3 people are refused: the userName breaks the rule of the source. For example: userName "ann@contoso.com" is an email address, which this integration does not accept as a userName.',
  );
  expect(address?.advice).toMatch(/^In Entra ID, map mailNickname to userName/);
  expect(characters?.advice).toMatch(/^What helps depends on the value\. In this example: A username begins/);
  expect(characters?.fixes).toEqual([{ rule: 'userName', value: 'any' }]);
  for (const { reason, count } of found) {
    const { body } = await api.send('GET', `/api/people?presence=refused&source=${source.id}&reason=${reason}`);
    expect(body.total).toBe(count);
  }
});

test('says that refused people have to be sent again once the rule is changed', async () => {
  const email = async (value: string) =>
    await api.send('PUT', `/api/integrations/${source.id}`, { rules: { email: value } });
  await email('optional');
  const refusals = await items('refusals');
  const byEmail = refusals.find(({ rule }) => rule === 'email');
  expect(refusals.filter(({ rulesChanged }) => rulesChanged)).toEqual([byEmail]);
  expect(byEmail).toMatchObject({
    sentence: '2 people were refused: the primary email is missing.',
    advice:
      'The rule has changed since: email is now optional. Send the people again: in Entra ID with Provision on demand, or wait for the next cycle.',
    rule: 'email',
    rulesChanged: true,
  });
  await email('required');
  expect((await items('refusals')).filter(({ rulesChanged }) => rulesChanged)).toEqual([]);
  // The advice differs between user names, but the rule accepts all of them.
  const userName = async (value: string) =>
    await api.send('PUT', `/api/integrations/${source.id}`, { rules: { userName: value } });
  await userName('any');
  const changed = (await items('refusals')).filter(({ rulesChanged }) => rulesChanged);
  expect(changed.map(({ reason }) => reason)).toEqual(['userNameCharacters', 'userNameIsAddress']);
  expect(changed[0]?.advice).toMatch(/^The rule has changed since: userName is now any\. Send the people again/);
  await userName('username');
});

test('counts the members that a group waits for until they arrive, and lists at most 20 groups', async () => {
  const waiting = async (displayName: string, values: readonly string[]) =>
    expect(await scim('/Groups', { displayName, members: values.map((value) => ({ value })) })).toBe(201);
  await waiting('Sales', ['grace', 'hiro', 'ines']);
  expect(await items('waitingGroup')).toMatchObject([
    { sentence: 'Sales is waiting for 3 members.', count: 3, subject: { name: 'Sales' } },
  ]);
  const emails = [{ value: 'grace@contoso.com', type: 'work', primary: true }];
  expect(await scim('/Users', { userName: 'grace', emails })).toBe(201);
  expect(await items('waitingGroup')).toMatchObject([{ count: 2 }]);
  for (let index = 1; index < ATTENTION_ITEMS_MAX; index++) await waiting(`Group ${index}`, ['jonas']);
  expect(await items('waitingGroup')).toHaveLength(ATTENTION_ITEMS_MAX);
  await waiting('One more', ['jonas']);
  const found = await items('waitingGroup');
  expect(found).toHaveLength(ATTENTION_ITEMS_MAX);
  expect(found[0]?.subject?.name).toBe('Sales');
});

test('lists keys that expire within 14 days until they are rotated', async () => {
  const create = async (name: string, expiresInDays: number) =>
    (await api.send('POST', `/api/integrations/${source.id}/tokens`, { name, expiresInDays })).body.id;
  await create('Later', KEY_EXPIRY_DAYS + 1);
  const id = await create('Soon', KEY_EXPIRY_DAYS);
  expect(await items('expiringKey')).toMatchObject([
    { subject: { id, name: 'Soon' }, sentence: `The key "Soon" of Entra ID expires in 14 days.` },
  ]);
  await api.send('POST', `/api/keys/${id}/rotate`, { expiresInDays: 90 });
  expect(await items('expiringKey')).toEqual([]);
});

test('says that a source is silent after a day, and no longer after 30 days', async () => {
  const { deps } = api.directory;
  const silentFor = async (ms: number) => {
    await updateLastRequest(deps.database, source.id, new Date(deps.clock.now().getTime() - ms), true);
    return await items('silentSource');
  };
  expect(await silentFor(DAY_MS)).toEqual([]);
  const at = new Date(deps.clock.now().getTime() - DAY_MS - 1);
  expect(await silentFor(DAY_MS + 1)).toMatchObject([{ source: { id: source.id }, at: at.toISOString() }]);
  expect(await silentFor(SILENT_DAYS_MAX * DAY_MS)).toHaveLength(1);
  expect(await silentFor(SILENT_DAYS_MAX * DAY_MS + 1)).toEqual([]);
});

test('counts the emails that failed in the last seven days, and says if more than FAILED_MAIL_MAX did', async () => {
  expect(await items('failedMail')).toEqual([]);
  const { deps, organizationId } = { ...api.directory, organizationId: api.organizationId };
  const now = deps.clock.now().getTime();
  const failed = (id: string, at: number) => ({
    id,
    organization_id: organizationId,
    kind: 'activate_user_custom',
    recipient: 'ann@contoso.com',
    subject: 'Welcome',
    body: '',
    state: 'failed' as const,
    attempts: 1,
    next_attempt_at: at,
    created_at: at,
    expires_at: at,
  });
  await insertMails([failed('m1', now - FAILED_MAIL_DAYS * DAY_MS), failed('m2', now - FAILED_MAIL_DAYS * DAY_MS - 1)]);
  expect(await items('failedMail')).toMatchObject([
    { count: 1, sentence: 'An email was not delivered in the last 7 days.' },
  ]);
  await insertMails(Array.from({ length: FAILED_MAIL_MAX - 1 }, (_, index) => failed(`at-limit-${index}`, now)));
  const sentence = `${FAILED_MAIL_MAX} emails were not delivered in the last 7 days.`;
  expect(await items('failedMail')).toMatchObject([{ count: FAILED_MAIL_MAX, sentence }]);
  await insertMails([failed('past-limit', now)]);
  expect(await items('failedMail')).toMatchObject([{ count: FAILED_MAIL_MAX, sentence: `More than ${sentence}` }]);

  async function insertMails(rows: readonly ReturnType<typeof failed>[]) {
    await deps.database
      .insertInto('mails')
      .values([...rows])
      .execute();
  }
});

test('shows a role only what it may read', async () => {
  const helpDesk = await api.keyOf('Help Desk');
  expect(await items('refusals', helpDesk)).not.toEqual([]);
  expect(await items('waitingGroup', helpDesk)).not.toEqual([]);
  expect(await items('failedMail', helpDesk)).toEqual([]);
  const { status } = await api.send('GET', '/api/attention', undefined, {
    'x-api-key': await api.keyOf('Billing Only'),
  });
  expect(status).toBe(403);
});
