import { expect, test } from 'vitest';
import { wholeDatabase } from '../../../tests/support/whole-database.ts';
import { openTestScimServer } from '../scim-server.fixture.ts';
import { replayLogged } from './replay.ts';

const REPLAYS = 1_000;
const CONCURRENT = 4;

const title = (value: string) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'title', value }],
});

test('a thousand replays leave the database as it was, including versions, sequences and events', async () => {
  // No request only reads, because counted requests are written in the background.
  await using server = await openTestScimServer('strict');
  const { deps, caller } = server.directory;
  const context = { deps, organizationId: caller.origin.organizationId, baseUrl: 'http://x/scim/v2' };
  const sent = async (...request: Parameters<typeof server.send>) => {
    const { headers, body } = await server.send(...request);
    return { id: String(headers['x-request-id']), resource: body?.id as string };
  };
  const person = { emails: [{ type: 'work', primary: true, value: 'gina@contoso.example' }] };
  const gina = await sent('POST', '/Users', { userName: 'gina', ...person });
  const logged = [
    gina,
    await sent('PATCH', `/Users/${gina.resource}`, title('Engineer')),
    await sent('POST', '/Users', { userName: 'ivan' }),
    await sent('POST', '/Groups', { displayName: 'Staff', members: [{ value: gina.resource }] }),
    await sent('PATCH', '/Users/unknown', title('Head')),
  ];
  const before = await wholeDatabase(deps.database);
  const decisions = new Map<string, number>();
  for (let start = 0; start < REPLAYS; start += CONCURRENT) {
    const some = Array.from({ length: CONCURRENT }, (_, index) => logged[(start + index) % logged.length]?.id ?? '');
    for (const replay of await Promise.all(some.map((id) => replayLogged(context, id)))) {
      const decision = replay.isReplayable ? replay.evaluation.decision : replay.reason;
      decisions.set(decision, (decisions.get(decision) ?? 0) + 1);
    }
  }
  expect(Object.fromEntries(decisions)).toEqual({ created: 400, unchanged: 200, refused: 400 });
  expect(await wholeDatabase(deps.database)).toEqual(before);
});
