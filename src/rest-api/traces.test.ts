import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { openTimelineWorld, userOf, type TimelineWorld } from './timeline.fixture.ts';

// Tests what requests leave about a person: what names and ids find, and what remains after the person was permanently removed.

let world: TimelineWorld;
let api: TimelineWorld['api'];
beforeAll(async () => {
  world = await openTimelineWorld();
  ({ api } = world);
});
afterAll(() => world[Symbol.asyncDispose]());

const requests = async (query: Readonly<Record<string, string>>) =>
  (await api.send('GET', `/api/requests?${new URLSearchParams(query).toString()}`)).body.results;

describe('a name in the place of an id', () => {
  test.for(['DELETE', 'PUT', 'PATCH'] as const)('is found after a refused %s, in any letter case', async (method) => {
    const name = `Ghost-${method}@x.example`;
    const body = method === 'DELETE' ? undefined : method === 'PUT' ? userOf('ghost') : { Operations: [] };
    expect((await world.send(method, `/Users/${name}`, body)).status).toBeGreaterThanOrEqual(400);
    for (const person of [name, name.toLowerCase(), name.toUpperCase()]) {
      const { person: found, entries } = await world.timelineOf(person);
      expect([found.state, entries.length], person).toEqual(['refused', 1]);
      expect(await requests({ person }), person).toHaveLength(1);
    }
  });

  test('is found in the operation of a bulk request and for a group', async () => {
    const Operations = [{ method: 'DELETE', path: '/Users/Ghost-bulk@x.example' }];
    await world.send('POST', '/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
    expect((await world.timelineOf('ghost-bulk@x.example')).person.state).toBe('refused');
    await world.send('DELETE', '/Groups/Ghost Team');
    expect(await requests({ person: 'ghost team' })).toHaveLength(1);
  });
});

test('ids are found in any letter case', async () => {
  const id = await world.create('cased');
  const upper = id.toUpperCase();
  expect((await world.timelineOf(upper)).person.id).toBe(id);
  expect((await requests({ person: upper })).map((one: { kind: string }) => one.kind)).toEqual(['create']);
  expect((await api.send('GET', `/api/events?target=${upper}`)).body.results).toHaveLength(1);
  const [{ requestId }] = await requests({ person: id });
  expect(await requests({ id: requestId.toUpperCase() })).toEqual(await requests({ id: requestId }));
  // A refusal and a change that changes nothing are found by different indexes than a change.
  const headers = { authorization: `Bearer ${await tokenOf()}`, 'client-request-id': 'ACT-2', 'x-request-id': 'act-3' };
  await api.send('DELETE', `/scim/v2/Users/${upper}`, undefined, headers);
  for (const sent of ['ACT-2', 'act-2', 'ACT-3', 'act-3']) expect(await requests({ id: sent }), sent).toHaveLength(1);
});

test('a request with the key of an administrator belongs to the integration whose rules apply to it', async () => {
  const created = await api.send('POST', '/scim/v2/Users', userOf('by-key'));
  const [{ id }] = await requests({ person: 'by-key' });
  const shown = (await api.send('GET', `/api/requests/${id}`)).body;
  const [integration] = (await api.send('GET', '/api/integrations')).body;
  expect(shown.source).toEqual({ id: integration.id, name: integration.name });
  expect(shown.content.actor.type).toBe('administrator');
  expect(await requests({ person: created.body.id, source: integration.id })).toHaveLength(1);
});

async function tokenOf(): Promise<string> {
  const [{ id }] = (await api.send('GET', '/api/integrations')).body;
  return (await api.send('POST', `/api/integrations/${id}/tokens`, { name: 'second' })).body.key;
}

test('nothing but a displayName remains of a person who was permanently removed', async () => {
  const { deps, clock } = api.directory;
  const { organizationId } = api;
  await deps.database
    .updateTable('organizations')
    .set({ settings: JSON.stringify({ requestLog: 'all', requestRetentionDays: 365, eventRetentionDays: 365 }) })
    .where('id', '=', organizationId)
    .execute();
  const other = await world.create('bystander');
  const more = {
    displayName: 'Shared Name',
    externalId: 'EXT-4711-purged',
    phoneNumbers: [{ value: '+1 555 0100', type: 'work' }],
    [ENTERPRISE_USER_SCHEMA]: { employeeNumber: 'E-900871' },
  };
  const id = await world.create('purged.person', more);
  await world.send('PUT', `/Users/${other}`, userOf('purged.person'));
  for (const filter of [
    'userName eq "purged.person"',
    'phoneNumbers.value eq "+1 555 0100"',
    `${ENTERPRISE_USER_SCHEMA}:employeeNumber eq "E-900871"`,
    'externalId eq "EXT-4711-purged"',
  ]) {
    const headers = { authorization: `Bearer ${await tokenOf()}` };
    const url = `/scim/v2/Users?filter=${encodeURIComponent(filter)}`;
    expect((await api.send('GET', url, undefined, headers)).status).toBe(200);
  }
  await world.send('DELETE', `/Users/${id}`);
  // The person is sent again, and refused.
  await world.send('POST', '/Users', { userName: 'purged.person', displayName: 'Shared Name' });
  expect((await api.send('GET', '/api/people?presence=refused&search=purged')).body.total).toBe(1);
  clock.advance(31 * DAY_MS);
  expect(await purgeDeleted(deps)).toBe(1);
  const kept = await deps.database
    .selectFrom('requests')
    .select(['name', 'detail', 'body', 'answer'])
    .where('organization_id', '=', organizationId)
    .execute();
  const refused = await deps.database.selectFrom('refused_people').selectAll().execute();
  const text = JSON.stringify([kept, refused]);
  for (const trace of ['purged.person', '+1 555 0100', '555+0100', '%2B1%20555', 'E-900871', 'EXT-4711-purged']) {
    expect(text.toLowerCase(), trace).not.toContain(trace.toLowerCase());
  }
});
