import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TARGET_REFUSALS_MAX } from '#audit/refusal-store.ts';
import { FORMER_NAMES_MAX, findTargetNames } from '#audit/timeline-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { NAMESAKES_SHOWN_MAX } from '#directory/person.ts';
import { SIMILAR_NAMES_MAX } from '#directory/similar-name-store.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { createUser } from '#directory/users.ts';
import { newRequestId } from '#base/request-ids.ts';
import { findBulkOperation } from '#request-log/timeline-request-store.ts';
import { openTimelineWorld, patch, replaced, userOf, type Entry, type TimelineWorld } from './timeline.fixture.ts';

let world: TimelineWorld;
let api: TimelineWorld['api'];
let send: TimelineWorld['send'];
let create: TimelineWorld['create'];
let get: TimelineWorld['get'];
let timelineOf: TimelineWorld['timelineOf'];
let entriesOf: TimelineWorld['entriesOf'];

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const wordsOf = (entries: readonly Entry[]) => entries.map(({ words }) => words);
const textsOf = (entry: Entry | undefined) => entry?.changes.map(({ text }) => text);

beforeAll(async () => {
  world = await openTimelineWorld();
  ({ api, send, create, get, timelineOf, entriesOf } = world);
});
afterAll(() => world[Symbol.asyncDispose]());

describe('the timeline of a person', () => {
  test('has each change in words, newest first, with the request behind it', async () => {
    const boss = await create('boss', { displayName: 'Bea Boss' });
    const id = await create('ann', { title: 'Engineer', displayName: 'Ann Meier' });
    const manager = { op: 'add', path: `${ENTERPRISE}:manager`, value: boss };
    const title = { op: 'replace', path: 'title', value: 'Head of Platform' };
    await send('PATCH', `/Users/${id}`, patch(title, manager));
    await send('PATCH', `/Users/${id}`, patch(title));
    const group = await send('POST', '/Groups', { displayName: 'Sales', members: [{ value: id }] });
    await send('PATCH', `/Groups/${group.body.id}`, patch({ op: 'remove', path: `members[value eq "${id}"]` }));
    await send('PATCH', `/Groups/${group.body.id}`, replaced('displayName', 'Sales and marketing'));
    await send('PATCH', `/Users/${id}`, replaced('active', false));
    api.directory.clock.advance(1_000);
    await api.send('PUT', `/api/systemusers/${id}`, {
      state: 'ACTIVATED',
      password: 'a long passphrase, not a real one',
    });
    await send('DELETE', `/Users/${id}`);
    api.directory.clock.advance(1_000);
    await api.send('POST', `/api/systemusers/${id}/restore`, {});
    const { person, entries, namesakes, similar, advice, ...rest } = await timelineOf('ANN@contoso.example');
    expect({ namesakes, similar, advice, rest }).toEqual({ namesakes: [], similar: [], advice: [], rest: {} });
    expect(person).toMatchObject({ id, name: 'Ann Meier', state: 'present', userName: 'ann', deletedAt: null });
    expect(wordsOf(entries).map((words) => words.replace(/The administrator \S+/, 'The administrator X'))).toEqual([
      'The administrator X restored ann.',
      'Entra ID deleted ann.',
      'The administrator X ended the suspension of ann.',
      'Entra ID suspended ann.',
      'Entra ID removed ann from the group Sales.',
      'Entra ID added ann to the group Sales.',
      'Entra ID sent the values that ann already has: nothing changed.',
      'Entra ID changed ann.',
      'Entra ID created ann.',
    ]);
    expect(textsOf(entries[7])).toEqual(['Title: Engineer → Head of Platform', 'Manager: nothing → Bea Boss']);
    expect(textsOf(entries[4])).toEqual(['Member of the group Sales: yes → no']);
    expect(textsOf(entries[2])).toEqual(['State: suspended → activated', 'Password: changed']);
    expect(textsOf(entries[8])).toContain('Primary email: nothing → ann@contoso.example');
    expect(entries.map(({ request }: Entry) => request && `${request.method} ${request.outcome}`)).toEqual([
      null,
      'DELETE accepted',
      null,
      'PATCH accepted',
      'PATCH accepted',
      'POST accepted',
      'PATCH unchanged',
      'PATCH accepted',
      'POST accepted',
    ]);
    expect(entries[6]).toMatchObject({ eventId: null, type: 'request_unchanged', actor: { type: 'integration' } });
    expect(entries[7].request).toMatchObject({
      path: `/scim/v2/Users/${id}`,
      status: 200,
      durationMs: expect.any(Number),
      hasContent: true,
    });
    expect(await timelineOf(id)).toEqual({ person, entries, namesakes, similar, advice });
  });

  test('contains the refusals of each of the names of the person, with the reason and the advice', async () => {
    const id = await create('carl', { externalId: 'C-1' });
    await send('POST', '/Users', { userName: '7carl', emails: [{ value: 'CARL@contoso.example' }] });
    await send('POST', '/Users', { userName: '8carl', externalId: 'C-1', emails: [{ value: 'c8@contoso.example' }] });
    await send('PATCH', `/Users/${id}`, replaced('userName', '9carl'));
    // A refused group with the name of the person is not about the person.
    const group = await send('POST', '/Groups', { displayName: 'carl', members: [{ value: 'x'.repeat(2_000) }] });
    expect(group.status).toBe(400);
    const entries = await entriesOf('carl');
    expect(wordsOf(entries)).toEqual([
      'The directory refused to change carl for Entra ID (userNameNotAllowed).',
      'The directory refused to create 8carl for Entra ID (userNameNotAllowed).',
      'The directory refused to create 7carl for Entra ID (userNameNotAllowed).',
      'Entra ID created carl.',
    ]);
    const [, , refused] = entries;
    expect(refused?.refusal).toMatchObject({
      code: 'userNameNotAllowed',
      reason: 'userNameCharacters',
      text: 'userName "7carl" does not begin with a letter.',
      advice: expect.stringContaining('In Entra ID, map '),
      sent: { userName: '7carl', email: 'CARL@contoso.example' },
      repeated: null,
    });
    expect(refused?.request).toMatchObject({ outcome: 'refused', status: 400, method: 'POST' });
  });

  test('is found by a former name, and shows the change of the name', async () => {
    const id = await create('dora.old', { displayName: 'Dora' });
    await send('PATCH', `/Users/${id}`, replaced('userName', 'dora.mid'));
    await send('PATCH', `/Users/${id}`, replaced('userName', 'dora.new'));
    for (const name of ['dora.old', 'DORA.mid', 'dora.new', 'dora', 'dora.new@contoso.example']) {
      const { person, entries } = await timelineOf(
        name === 'dora.new@contoso.example' ? 'dora.old@contoso.example' : name,
      );
      expect(person, name).toMatchObject({ id, state: 'present', userName: 'dora.new' });
      expect(textsOf(entries[0]), name).toEqual(['User name: dora.mid → dora.new']);
    }
  });

  test('lists everyone else with the name as namesakes, current users first', async () => {
    const first = await create('eva.one', { displayName: 'Eva Lang' });
    const second = await create('eva.two', { displayName: 'Eva Lang' });
    const gone = await create('eva.three', { displayName: 'Eva Lang' });
    await send('DELETE', `/Users/${gone}`);
    const { person, namesakes } = await timelineOf('eva lang');
    expect(new Set([person.id, namesakes[0].id])).toEqual(new Set([first, second]));
    expect(namesakes.slice(1)).toMatchObject([{ id: gone, state: 'deleted', userName: 'eva.three' }]);
    expect(await timelineOf(second)).toMatchObject({ person: { id: second }, namesakes: [] });
    expect(await timelineOf('eva.two')).toMatchObject({ person: { id: second }, namesakes: [] });
  });

  test('shows at most NAMESAKES_SHOWN_MAX namesakes', async () => {
    const { deps, caller } = api.directory;
    const add = async (index: number) =>
      await createUser(deps, caller, { document: userOf(`fay${index}`, { displayName: 'Fay' }), ignored: [] });
    for (let index = 0; index <= NAMESAKES_SHOWN_MAX; index += 1) await add(index);
    expect((await timelineOf('Fay')).namesakes).toHaveLength(NAMESAKES_SHOWN_MAX);
    await add(NAMESAKES_SHOWN_MAX + 1);
    expect((await timelineOf('Fay')).namesakes).toHaveLength(NAMESAKES_SHOWN_MAX);
  });

  test('names the operation of a bulk request behind each change', async () => {
    const bulk = await send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Users', bulkId: 'gus', data: userOf('gus') },
        { method: 'POST', path: '/Users', bulkId: 'bad', data: userOf('9gus') },
        {
          method: 'POST',
          path: '/Groups',
          bulkId: 'crew',
          data: { displayName: 'Crew', members: [{ value: 'bulkId:gus' }] },
        },
      ],
    });
    expect(bulk.body.Operations.map(({ status }: { status: string }) => status)).toEqual(['201', '400', '201']);
    const entries = await entriesOf('gus');
    const [requestId = ''] = entries[0]?.request?.id.split(':') ?? [];
    expect(Object.fromEntries(entries.map(({ words, request }) => [words, request?.id]))).toEqual({
      'Entra ID created gus.': `${requestId}:0`,
      'Entra ID added gus to the group Crew.': `${requestId}:2`,
    });
    const [refused] = await entriesOf('9gus');
    expect(refused).toMatchObject({ type: 'request_refused', request: { id: `${requestId}:1`, outcome: 'refused' } });
    const { deps } = api.directory;
    const target = { requestId, targetId: (await timelineOf('gus')).person.id };
    const find = async (id: string) =>
      await findBulkOperation(deps.database, api.organizationId, { ...target, requestId: id });
    expect((await find(requestId))?.id).toBe(`${requestId}:0`);
    expect(await find(newRequestId(deps.clock.now()))).toBeUndefined();
    expect(await find('from-elsewhere')).toBeUndefined();
  });

  test('has one entry for ignored attributes of requests that changed nothing', async () => {
    const id = await create('hal');
    await send('PUT', `/Users/${id}`, userOf('hal', { shoeSize: 43 }));
    const entries = await entriesOf('hal');
    const ofPut = entries.filter(({ request }) => request?.method === 'PUT');
    expect(ofPut).toMatchObject([
      {
        type: 'user_update',
        words: 'Entra ID sent only attributes that the directory ignores about hal.',
        ignored: expect.arrayContaining([expect.objectContaining({ path: expect.any(String) })]),
        request: { outcome: 'unchanged' },
      },
    ]);
  });

  test('counts refusals that share an event, and says that one of them names the person', async () => {
    for (let index = 0; index <= TARGET_REFUSALS_MAX; index += 1) await send('POST', '/Users', userOf('4ida'));
    const entries = await entriesOf('4ida');
    expect(entries).toHaveLength(TARGET_REFUSALS_MAX + 1);
    const shared = entries.find(({ refusal }) => refusal?.repeated !== null);
    expect(shared).toMatchObject({
      words: expect.stringMatching(/^The directory refused .* of Entra ID \(userNameNotAllowed\); at least one/),
      request: null,
      refusal: { repeated: { count: 1 }, text: expect.stringContaining('4ida') },
    });
  });
});

test('the advice is for the interface that sent the refused request', async () => {
  const body = { username: '9rex', email: 'rex@contoso.example' };
  expect((await api.send('POST', '/api/systemusers', body)).status).toBe(400);
  const [byRest] = await entriesOf('9rex');
  expect(byRest?.words).toMatch(/^The directory refused to create 9rex for the administrator /);
  expect(`${byRest?.refusal.text} ${byRest?.refusal.advice}`).toMatch(/^username "9rex"/);
  expect(byRest?.refusal.advice).not.toContain('Entra ID');
  expect(byRest?.request).toBeNull();
  await send('POST', '/Users', userOf('9rex'));
  const [byScim] = await entriesOf('9rex');
  expect(byScim?.refusal.advice).toContain('In Entra ID');
});

describe('a name that is not in the directory', () => {
  test('was refused: says what was sent, why, and what to do', async () => {
    const names = { displayName: 'Jo Ott', externalId: 'J-1', emails: [{ value: 'jo@contoso.example' }] };
    await send('POST', '/Users', { userName: '9jo', ...names });
    for (const name of ['9JO', 'jo ott', 'j-1', 'JO@contoso.example']) {
      const { person, entries, advice } = await timelineOf(name);
      expect(person, name).toMatchObject({
        id: null,
        name,
        state: 'refused',
        userName: '9jo',
        email: 'jo@contoso.example',
        displayName: 'Jo Ott',
        externalId: 'J-1',
      });
      expect(wordsOf(entries)).toEqual(['The directory refused to create 9jo for Entra ID (userNameNotAllowed).']);
      expect(advice.join('\n')).toMatch(
        /was refused: userName "9jo" does not begin [^]*In Entra ID, map [^]*on demand/,
      );
    }
  });

  test('was refused by a rule that has been changed since: says to send the user again, and not to change the rule', async () => {
    const rule = async (email: string) => {
      const [{ id }] = (await api.send('GET', '/api/integrations')).body;
      expect((await api.send('PUT', `/api/integrations/${id}`, { rules: { email } })).status).toBe(200);
    };
    await rule('required');
    await send('POST', '/Users', { userName: 'carla', displayName: 'Carla Z' });
    const fixes = [{ rule: 'email', value: 'optional' }];
    const before = await timelineOf('carla');
    expect(before.entries[0].refusal).toMatchObject({ fixes, rulesChanged: false });
    expect(before.advice.join('\n')).toMatch(/make the email optional.*\nAfter the correction, send the user again/);
    await rule('optional');
    const { entries, advice } = await timelineOf('carla');
    const again =
      'The rule has changed since: email is now optional. Send the user again: in Entra ID with Provision on demand, or wait for the next cycle.';
    expect(entries[0].refusal).toMatchObject({ fixes, rulesChanged: true, advice: again });
    expect(advice).toEqual([expect.stringContaining('each user needs a primary email'), again]);
    await rule('required');
    expect((await timelineOf('carla')).entries[0].refusal.rulesChanged).toBe(false);
  });

  test('was refused: other names of the same person are not similar people', async () => {
    await send('POST', '/Users', { userName: '9nora', displayName: 'Nora B', emails: [{ value: 'nora@old.example' }] });
    const sent = { userName: '9nora', displayName: '9nora B', externalId: '9nora-1' };
    await send('POST', '/Users', { ...sent, emails: [{ value: '9nora@contoso.example' }] });
    await send('POST', '/Users', { userName: '9nora2', emails: [{ value: '9nora2@contoso.example' }] });
    for (const name of ['9nora', '9nora b', '9nora-1', '9nora@contoso.example', 'nora@old.example']) {
      const { person, similar } = await timelineOf(name);
      expect(person).toMatchObject({ state: 'refused', userName: '9nora' });
      const userNames = similar.map(({ userName }: { readonly userName: string }) => userName);
      expect(userNames, name).not.toContain('9nora');
      if (name === '9nora') expect(userNames).toContain('9nora2');
    }
  });

  test('was refused: has SIMILAR_NAMES_MAX people with similar names, besides its own names and the further names of others', async () => {
    const refuse = async (userName: string, more = {}) =>
      await send('POST', '/Users', { userName, emails: [{ value: `${userName}@contoso.example` }], ...more });
    for (let count = 0; count < SIMILAR_NAMES_MAX; count += 1) {
      await refuse('7pia', { displayName: '7pia A', externalId: `7pia-${count}` });
    }
    await send('POST', '/Groups', { displayName: '7pia group' });
    for (let index = 0; index <= SIMILAR_NAMES_MAX; index += 1) {
      await refuse(`7pia${index}`, { displayName: `7pia ${index}` });
      const { similar } = await timelineOf('7pia');
      const userNames = similar.map(({ userName }: { readonly userName: string }) => userName);
      expect(userNames).toHaveLength(Math.min(index + 1, SIMILAR_NAMES_MAX));
      expect(new Set(userNames).size).toBe(userNames.length);
    }
  });

  test('was deleted, restorable, and then permanently removed', async () => {
    const id = await create('kim', { displayName: 'Kim K' });
    await send('DELETE', `/Users/${id}`);
    const deleted = await timelineOf('kim k');
    expect(deleted.person).toMatchObject({ id, state: 'deleted', restorableUntil: expect.any(String) });
    expect(deleted.advice.join()).toContain(`tanhua user restore ${id}`);
    api.directory.clock.advance(31 * DAY_MS);
    await purgeDeleted(api.directory.deps);
    for (const name of ['kim', id]) {
      const { person, entries, advice } = await timelineOf(name);
      expect(person).toMatchObject({ id, state: 'purged', name: 'kim', deletedAt: expect.any(String), email: null });
      expect(wordsOf(entries)).toContain('The directory permanently removed kim.');
      expect(advice.join()).toContain('permanently removed');
    }
  });

  test('is unknown: says what to check, and lists people with similar names', async () => {
    const id = await create('lena.maier', { displayName: 'Lena Maier' });
    const gone = await create('lena.meise');
    await send('DELETE', `/Users/${gone}`);
    await send('POST', '/Users', { userName: 'lena.#mei', emails: [{ value: 'l@contoso.example' }] });
    const { person, entries, similar, advice, namesakes } = await timelineOf('lena.m');
    expect({ person, entries, namesakes }).toMatchObject({
      person: { id: null, state: 'unknown', name: 'lena.m' },
      entries: [],
      namesakes: [],
    });
    expect(similar).toContainEqual({
      id,
      name: 'Lena Maier',
      state: 'present',
      userName: 'lena.maier',
      email: 'lena.maier@contoso.example',
    });
    expect(similar).toContainEqual(expect.objectContaining({ id: gone, state: 'deleted' }));
    expect(advice[0]).toBe('No source has sent the name "lena.m" in the last 90 days.');
    expect(advice.join('\n')).toContain('Provision on demand');
    expect((await timelineOf('lena.#')).similar).toMatchObject([{ id: null, name: 'lena.#mei', state: 'refused' }]);
    expect((await timelineOf('lena.mayer')).similar).toMatchObject([{ id, name: 'Lena Maier' }]);
  });
});

describe('the permission', () => {
  test('requests.read is required for requests, and for entries about requests that changed nothing', async () => {
    const id = await create('mia');
    await send('PUT', `/Users/${id}`, userOf('mia'));
    const readOnly = { 'x-api-key': await api.keyOf('Read Only') };
    const { body } = await get({ person: 'mia' }, readOnly);
    expect(body.entries).toMatchObject([
      { words: 'Entra ID created mia.', request: null, requestId: expect.any(String) },
    ]);
    const all = await entriesOf('mia');
    expect(all.map(({ type }) => type)).toEqual(['request_unchanged', 'user_create']);
  });

  test('users.read is required besides events.read', async () => {
    const key = await api.keyOf('Help Desk');
    const [{ id }] = (await api.send('GET', '/api/keys', undefined, { 'x-api-key': key })).body;
    const token = async (scope: string) => {
      const grant = { grant_type: 'client_credentials', client_id: id, client_secret: key, scope };
      return (await api.send('POST', '/oauth2/token', grant, {})).body.access_token;
    };
    const withScope = async (scope: string) =>
      await get({ person: 'mia' }, { authorization: `Bearer ${await token(scope)}` });
    expect((await withScope('events.read users.read')).status).toBe(200);
    const refused = await withScope('events.read');
    expect([refused.status, refused.body.error_code]).toEqual([403, 'roleForbidden']);
    expect(refused.body.message).toContain('users.read');
    expect((await withScope('users.read')).status).toBe(403);
  });
});

test('refusals are found by at most FORMER_NAMES_MAX former names of a user', async () => {
  const id = await create('olaf0');
  const rename = async (index: number) => await send('PATCH', `/Users/${id}`, replaced('userName', `olaf${index}`));
  const names = async () => await findTargetNames(api.directory.deps.database, api.organizationId, id);
  for (let index = 1; index < FORMER_NAMES_MAX; index += 1) await rename(index);
  expect(await names()).toHaveLength(FORMER_NAMES_MAX);
  await rename(FORMER_NAMES_MAX);
  expect(await names()).toHaveLength(FORMER_NAMES_MAX);
});

test('a timeline contains nothing of another organization', async () => {
  const other = await api.directory.newCaller('Fabrikam');
  const key = { 'x-api-key': await api.keyOf('Administrator With Billing', other.origin.organizationId) };
  const { person } = await timelineOf('ann');
  for (const name of ['ann', '9jo', 'lena.m', person.id]) {
    const { body } = await get({ person: name }, key);
    expect(body, name).toMatchObject({
      person: { id: null, state: 'unknown' },
      entries: [],
      namesakes: [],
      similar: [],
    });
  }
});
