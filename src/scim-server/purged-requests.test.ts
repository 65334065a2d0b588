import { expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import { purgeDeleted } from '#directory/trash.ts';
import { loggedRequests, newLoggedOrganization } from './request-log.fixture.ts';
import { openTestScimServer } from './scim-server.fixture.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

test('a purge with requestLog=all erases every request that names the person, and keeps the others', async () => {
  await using server = await openTestScimServer();
  const { send, organizationId } = await newLoggedOrganization(server, { requestLog: 'all' });
  const other = await newLoggedOrganization(server, { requestLog: 'all' });
  const { deps, clock } = server.directory;
  const dora = {
    userName: 'dora',
    externalId: 'dora-in-entra',
    emails: [{ type: 'work', primary: true, value: 'dora.lang@contoso.example' }],
  };
  const { id } = (await send('POST', '/Users', dora)).body;
  const { id: eve } = (await send('POST', '/Users', { userName: 'eve' })).body;
  const manager = { [ENTERPRISE]: { manager: { value: id } } };
  const named: Parameters<typeof send>[] = [
    ['GET', '/Users'],
    ['GET', '/Users?count=1&sortBy=userName&attributes=emails'],
    ['GET', '/Users?filter=userName+eq+%22DORA%22'],
    ['GET', '/Users?filter=externalId+eq+%22dora-in-entra%22&attributes=active'],
    ['GET', '/Users?filter=emails%5Bvalue+eq+%22dora.lang@contoso.example%22%5D'],
    ['GET', '/Users/dora'],
    ['POST', '/Users/.search', { filter: 'userName eq "dora" and active eq false' }],
    ['POST', '/Users', { userName: 'dora' }],
    ['POST', '/Groups', { displayName: 'Staff', members: [{ value: id }] }],
    ['POST', '/Users', { userName: 'frida', ...manager }],
  ];
  const others: Parameters<typeof send>[] = [
    ['GET', `/Users/${eve}`],
    ['GET', '/Users?filter=userName+eq+%22eve%22'],
    ['POST', '/Users', { userName: 'dora.other', title: 'Successor' }],
    ['GET', '/Users?filter=userName+eq+%22dora.other%22'],
    ['GET', '/Groups?excludedAttributes=members'],
  ];
  for (const request of [...named, ...others]) await send(...request);
  await other.send('POST', '/Users', { userName: 'dora' });
  await send('DELETE', `/Users/${id}`);
  const ofOther = await loggedRequests(server, other.organizationId);
  const before = await loggedRequests(server, organizationId);
  expect(before).toHaveLength(named.length + others.length + 3);
  clock.advance(30 * DAY_MS + 1);
  expect(await purgeDeleted(deps)).toBe(1);

  const after = await loggedRequests(server, organizationId);
  const firstOther = 2 + named.length;
  const erased = [0, ...named.keys().map((index) => 2 + index), after.length - 1];
  for (const [index, row] of after.entries()) {
    const { method, detail } = row;
    const text = `${method} ${before[index]?.detail?.path} ${before[index]?.detail?.query}`;
    if (!erased.includes(index)) expect(row, text).toEqual(before[index]);
    else {
      expect([row.body, row.answer, detail?.query], text).toEqual([null, null, undefined]);
      expect([detail?.body, detail?.answer], text).not.toContain('whole');
      expect(row.size, text).toBe(Buffer.byteLength(JSON.stringify(detail)));
    }
  }
  expect(after.slice(firstOther, firstOther + others.length)).toEqual(
    before.slice(firstOther, firstOther + others.length),
  );
  expect(JSON.stringify(after).match(/.{60}(?:"dora"|dora-in-entra|dora\.lang).{20}/gi)).toBeNull();
  // The changes of others keep the name of their target.
  expect(after.map(({ name }) => name)).toEqual(expect.arrayContaining(['Staff', 'frida', 'dora.other']));
  expect(await loggedRequests(server, other.organizationId)).toEqual(ofOther);
});

test('a purge that is stopped while it reads requests removes no user whose requests it has not erased', async () => {
  await using server = await openTestScimServer();
  const { deps, clock } = server.directory;
  const { send, organizationId } = await newLoggedOrganization(server, { requestLog: 'all' });
  const { id } = (await send('POST', '/Users', { userName: 'dora' })).body;
  await send('GET', '/Users');
  await send('DELETE', `/Users/${id}`);
  clock.advance(30 * DAY_MS + 1);
  expect(await purgeDeleted(deps, () => true)).toBe(0);
  const stored = async () => JSON.stringify(await loggedRequests(server, organizationId));
  expect(await stored()).toContain('dora');
  expect(await purgeDeleted(deps)).toBe(1);
  expect(await stored()).not.toContain('dora');
});
