import { expect, test } from 'vitest';
import { openTestScimServer } from '#scim-server/scim-server.fixture.ts';

const HOUR_MS = 3_600_000;

test('lastModified increases with every change, even if the clock is set back or does not advance', async () => {
  await using server = await openTestScimServer('standard');
  const { body: ann } = await server.send('POST', '/Users', { userName: 'ann' });
  const { body: group } = await server.send('POST', '/Groups', { displayName: 'all', members: [{ value: ann.id }] });
  const timesOf = async () => ({
    user: Date.parse((await server.send('GET', `/Users/${ann.id}`)).body.meta.lastModified),
    group: Date.parse((await server.send('GET', `/Groups/${group.id}`)).body.meta.lastModified),
  });
  const patch = (path: string, value: object) =>
    server.send('PATCH', path, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value }],
    });
  let before = await timesOf();
  for (const [step, advanceMs] of [-HOUR_MS, 0, -1, HOUR_MS * 3].entries()) {
    server.directory.clock.advance(advanceMs);
    const answers = [
      await patch(`/Users/${ann.id}`, { title: `title ${step}` }),
      await patch(`/Groups/${group.id}`, { displayName: `group ${step}` }),
      await patch(`/Groups/${group.id}`, { members: step % 2 === 0 ? [] : [{ value: ann.id }] }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 204, 204]);
    const after = await timesOf();
    expect(Date.parse(answers[0]?.body.meta.lastModified)).toBe(after.user);
    expect(after.user).toBeGreaterThan(before.user);
    expect(after.group).toBeGreaterThan(before.group);
    before = after;
  }
  expect(before.user).toBe(server.directory.clock.now().getTime());
});
