import { expect, test } from 'vitest';
import { listEvents } from '#audit/event-store.ts';
import { openTestScimServer } from './scim-server.fixture.ts';

test('events name the client product, detected from the headers of the request or else from its body', async () => {
  await using server = await openTestScimServer('standard');
  const { deps, caller } = server.directory;
  const { organizationId } = caller.origin;
  const clientsOf = async () => {
    const events = await listEvents(deps.database, { organizationId, limit: 10 });
    return events.map(({ event_type: type, client }) => [type, client]);
  };

  const created = await server.send('POST', '/Users', { userName: 'ann' });
  const path = `/Users/${created.body.id}`;
  const replace = (op: string, title: string) => ({ Operations: [{ op, path: 'title', value: title }] });
  await server.send('PATCH', path, replace('Replace', 'a'));
  await server.send('PATCH', path, replace('Replace', 'b'), { 'user-agent': 'Okta SCIM Client 1.0.0' });
  await server.send('PATCH', path, replace('replace', 'c'));
  await server.send('PATCH', path, { Operations: [{ op: 'Replace', path: 'userName', value: '' }] });
  await server.send('POST', '/Users', 'no resource', { adscimversion: '5.0' });

  expect(await clientsOf()).toEqual([
    ['request_refused', 'Microsoft Entra ID'],
    ['request_refused', 'Microsoft Entra ID'],
    ['user_update', undefined],
    ['user_update', 'Okta'],
    ['user_update', 'Microsoft Entra ID'],
    ['user_create', undefined],
  ]);
});
