import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rowsOf } from '../../tests/support/rows-of.ts';
import { NAME_KEY_LENGTH_MAX } from '#audit/event-name-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { listedEvent } from '#audit/listed-event.ts';
import { deleteOldEvents } from '#audit/event-query-store.ts';
import { DAY_MS } from '#base/clock.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { findRequests } from '#request-log/request-query-store.ts';
import { shownRequest } from '#request-log/shown-request.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

// Tests that an event is found by every name of its user or group.

let server: TestScimServer;
beforeAll(async () => {
  server = await openTestScimServer('strict');
});
afterAll(() => server[Symbol.asyncDispose]());

/** Returns the types of the events that a search for a name finds, oldest first. */
async function found(target: string): Promise<readonly unknown[]> {
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const events = await listEvents(deps.database, { organizationId, target, limit: 100 });
  return events.map((event) => event['event_type']).toReversed();
}
const send = (...args: Parameters<TestScimServer['send']>) => server.send(...args);
const patch = (id: string, ...operations: readonly object[]) => send('PATCH', id, { Operations: operations });

describe('the event of a refused creation of a user', () => {
  test.for<[attribute: string, name: string]>([
    ['userName', '1longy'],
    ['email', 'longy@contoso.com'],
    ['second email', 'yannick@contoso.com'],
    ['displayName', 'Long Yánnick'],
    ['externalId', 'A-Long-1'],
  ])('is found by the %s that was sent, in any letter case', async ([, name]) => {
    const refused = await send('POST', '/Users', {
      userName: '1longy',
      displayName: 'Long Yánnick',
      externalId: 'A-Long-1',
      emails: [{ value: 'longy@contoso.com', type: 'work' }, { value: 'yannick@contoso.com' }],
    });
    expect(refused.status).toBe(400);
    const before = (await found(name)).length;
    expect(before).toBeGreaterThan(0);
    // Decomposed letters match composed letters.
    expect(await found(name.toUpperCase().normalize('NFD'))).toHaveLength(before);
  });

  test('of an operation that cannot be read is about its group, and says which operation it is', async () => {
    await send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'POST', path: '/Groups', bulkId: 'first', data: { displayName: 'First' } },
        { method: 'POST', path: '/Groups', data: { displayName: 'Without bulkId' } },
        { method: 'POST', path: '/Nothing', bulkId: 'third', data: {} },
        { method: 'DELETE', path: '/Groups/ghost' },
      ],
    });
    const { deps, caller } = server.directory;
    const { organizationId } = caller.origin;
    const events = (await listEvents(deps.database, { organizationId, refusedOnly: true, limit: 3 })).map((event) =>
      listedEvent(event),
    );
    expect(events.toReversed().map(({ words }) => words)).toEqual([
      expect.stringMatching(/^The directory refused operation 2 of a bulk request of .* \(invalidBody\)\.$/),
      expect.stringMatching(/^The directory refused operation 3 of a bulk request of .* \(invalidBody\)\.$/),
      expect.stringMatching(/^The directory refused to delete the group ghost for .* \(resourceNotFound\)\.$/),
    ]);
    const [event] = await listEvents(deps.database, { organizationId, target: 'Without bulkId', limit: 1 });
    expect(event).toMatchObject({
      resource: { type: 'group', name: 'Without bulkId' },
      request: { method: 'POST', operation: 1 },
    });
    const { rows } = await findRequests(deps.database, { organizationId, outcomes: ['refused'], limit: 3 });
    expect(rows.map((row) => shownRequest(row, new Map()))).toMatchObject([
      { sentence: expect.stringMatching(/^Delete the group ghost: refused/), resourceType: 'Group' },
      { sentence: expect.stringMatching(/^Operation 3 of a bulk request: refused/), resourceType: null },
      { sentence: expect.stringMatching(/^Operation 2 of a bulk request: refused/), resourceType: 'Group' },
    ]);
  });

  test('contains all names that were sent', async () => {
    await send('POST', '/Users', { userName: '2x', emails: [{ value: 'shown@contoso.com' }], externalId: 'shown-1' });
    const { deps, caller } = server.directory;
    const { organizationId } = caller.origin;
    const [event] = await listEvents(deps.database, { organizationId, target: 'shown-1', limit: 1 });
    expect(event?.['resource']).toEqual({
      type: 'user',
      id: null,
      username: '2x',
      email: 'shown@contoso.com',
      externalId: 'shown-1',
    });
  });

  test('is found by email if the user was sent in a bulk request', async () => {
    await send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        {
          method: 'POST',
          path: '/Users',
          bulkId: 'a',
          data: { userName: '3bulk', emails: [{ value: 'bulk@contoso.com' }] },
        },
      ],
    });
    expect(await found('bulk@contoso.com')).toEqual(['request_refused']);
  });

  test.for([0, 1])(
    'is found by an email address that is %i characters longer than the longest name key',
    async (more) => {
      const domain = '@long.example';
      const email = `${String(more).padEnd(NAME_KEY_LENGTH_MAX + more - domain.length, 'x')}${domain}`;
      await send('POST', '/Users', { userName: '4long', emails: [{ value: email }] });
      expect(await found(email)).toEqual(['request_refused']);
    },
  );
});

describe('the events of a user', () => {
  const names = ['anna', 'anna@contoso.com', 'anna@home.example', 'Anna Äpfel', 'Ext-Anna'];
  let id: string;
  beforeAll(async () => {
    const { body } = await send('POST', '/Users', {
      userName: 'anna',
      displayName: 'Anna Äpfel',
      externalId: 'Ext-Anna',
      emails: [{ value: 'anna@contoso.com', type: 'work', primary: true }, { value: 'anna@home.example' }],
    });
    id = body.id;
    // Each request is refused for a different reason, and the events identify the user only by id.
    await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: 'perhaps' });
    await send('PUT', `/Users/${id}`, {}, {});
    await send('DELETE', `/Users/${id}`, undefined, { 'if-match': 'W/"99"' });
  });

  test.for(names)('include refused PATCH, PUT, and DELETE requests, and are found by the name %s', async (name) => {
    const events = ['user_create', 'request_refused', 'request_refused', 'request_refused'];
    expect(await found(name)).toEqual(events);
    expect(await found(name.toUpperCase())).toEqual(events);
    expect(await found(name.toLowerCase())).toEqual(events);
  });

  test('are found by a name that a refused PATCH would have set', async () => {
    await patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: '9 lives' });
    await patch(`/Users/${id}`, { op: 'replace', value: { 'emails[type eq "work"].value': 'not an address' } });
    expect((await found('9 lives')).length).toBeGreaterThan(0);
    expect((await found('not an address')).length).toBeGreaterThan(0);
  });

  test('are found by all old and new names until the purge, and then only by id and userName', async () => {
    const changed = await patch(
      `/Users/${id}`,
      { op: 'replace', path: 'userName', value: 'annika' },
      { op: 'replace', path: 'displayName', value: 'Annika Birne' },
      { op: 'replace', path: 'externalId', value: 'Ext-Annika' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'annika@contoso.com' },
    );
    expect(changed.status).toBe(200);
    const all = [...names, 'annika', 'annika@contoso.com', 'ANNIKA BIRNE', 'ext-annika'];
    for (const name of all) expect(await found(name), name).toContain('user_update');
    expect((await send('DELETE', `/Users/${id}`)).status).toBe(204);
    for (const name of all) expect((await found(name)).at(-1), name).toBe('user_delete');
    server.directory.clock.advance(31 * DAY_MS);
    await purgeDeleted(server.directory.deps);
    expect(await found(id)).toContain('user_purge');
    expect(await found('annika')).toContain('user_purge');
    for (const name of ['anna@contoso.com', 'Annika Birne', 'Ext-Annika']) expect(await found(name), name).toEqual([]);
  });

  test('are not found in another organization', async () => {
    const { deps, newCaller } = server.directory;
    const other = await newCaller('Fabrikam');
    await send('POST', '/Users', { userName: '5own', emails: [{ value: 'own@contoso.com' }] });
    expect(await found('own@contoso.com')).toHaveLength(1);
    const { organizationId } = other.origin;
    expect(await listEvents(deps.database, { organizationId, target: 'own@contoso.com', limit: 1 })).toEqual([]);
  });
});

describe('the events of a group', () => {
  test('include a refused creation, and are found by displayName and externalId', async () => {
    await send('POST', '/Groups', { displayName: 'Twice' });
    await send('POST', '/Groups', { displayName: 'Twice', externalId: 'Second-Twice' });
    expect(await found('TWICE')).toEqual(['group_create', 'request_refused']);
    expect(await found('second-twice')).toEqual(['request_refused']);
  });

  test('are found by old and new names', async () => {
    const { body } = await send('POST', '/Groups', { displayName: 'Sales', externalId: 'Group-1' });
    await patch(`/Groups/${body.id}`, { op: 'replace', path: 'displayName', value: 'Selling' });
    for (const name of ['sales', 'SELLING', 'group-1']) {
      expect(await found(name), name).toEqual(['group_create', 'group_update']);
    }
    await send('DELETE', `/Groups/${body.id}`);
    for (const name of ['sales', 'selling', 'Group-1']) expect((await found(name)).at(-1), name).toBe('group_delete');
  });
});

test('the names of an event are deleted together with the event', async () => {
  const { deps, caller, clock } = server.directory;
  await send('POST', '/Users', { userName: '6old', emails: [{ value: 'old@contoso.com' }] });
  const { organizationId } = caller.origin;
  const rows = async () => (await rowsOf(deps.database, organizationId))['event_names'] ?? [];
  expect((await rows()).length).toBeGreaterThan(0);
  await deleteOldEvents(deps.database, organizationId, new Date(clock.now().getTime() + 1), 10_000);
  expect(await rows()).toEqual([]);
});
