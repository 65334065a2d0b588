import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { TARGET_REFUSALS_MAX } from '#audit/refusal-store.ts';
import { requestOutcomes, type RequestOutcome } from '#request-log/logged-request.ts';
import { requestTotals } from '#request-log/request-total-store.ts';
import { summarize } from '#totals/summary.ts';
import { newLoggedOrganization, type LoggedOrganization } from './request-log.fixture.ts';
import { openTestScimServer, type TestScimServer } from './scim-server.fixture.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const outcomes = Object.keys(requestOutcomes) as readonly RequestOutcome[];
/** The settings with which requests are counted. */
const settings = ['refusals', 'writes', 'all'] as const;
const ways = ['single', 'bulk'] as const;

const patchOf = (title: string) => ({ schemas: [PATCH], Operations: [{ op: 'replace', path: 'title', value: title }] });

interface Sent {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly data?: object;
}

const user = (userName: string): Sent => ({ method: 'POST', path: '/Users', data: { schemas: [USER], userName } });
const group = (displayName: string, more: object = {}): Sent => {
  return { method: 'POST', path: '/Groups', data: { schemas: [GROUP], displayName, ...more } };
};

/** Writes with every outcome. Refusals of one target beyond the number of those that each get an event share one. */
const writesOf = (user1: string, group1: string): readonly Sent[] => [
  user('bob'),
  user('bob'),
  group('Sales'),
  { method: 'PATCH', path: `/Users/${user1}`, data: patchOf('Head') },
  { method: 'PATCH', path: `/Users/${user1}`, data: patchOf('Head') },
  { method: 'PUT', path: `/Users/${user1}`, data: { schemas: [USER], userName: 'ann', title: 'Chief' } },
  { method: 'PUT', path: `/Groups/${group1}`, data: { schemas: [GROUP], displayName: 'Team' } },
  { method: 'PATCH', path: `/Groups/${group1}`, data: { ...patchOf('x'), Operations: [] } },
  ...Array.from({ length: TARGET_REFUSALS_MAX + 1 }, (): Sent => ({ method: 'DELETE', path: '/Users/missing' })),
  { method: 'DELETE', path: `/Groups/${group1}` },
];

async function send(organization: LoggedOrganization, way: (typeof ways)[number], writes: readonly Sent[]) {
  if (way === 'single') {
    for (const { method, path, data } of writes) await organization.send(method, path, data);
    return;
  }
  await organization.send('POST', '/Bulk', {
    Operations: writes.map((write, index) => ({ ...write, ...(write.method === 'POST' && { bulkId: String(index) }) })),
  });
}

async function countsOf({ directory }: TestScimServer, { organizationId }: LoggedOrganization) {
  const at = directory.clock.now().getTime();
  const period = { organizationId, from: new Date(at), to: new Date(at + 60_000), bucket: 'minute' } as const;
  const count = async (groupBy: 'type' | 'reason') =>
    await summarize(directory.deps.database, requestTotals, outcomes, { ...period, groupBy });
  const { totals, groups } = await count('type');
  return { totals, kinds: groups?.toSorted(byValue), reasons: (await count('reason')).groups?.toSorted(byValue) };
}

const byValue = (one: { value: string | null }, other: { value: string | null }) =>
  (one.value ?? '').localeCompare(other.value ?? '');

describe('the numbers of requests', () => {
  const counts = new Map<string, Awaited<ReturnType<typeof countsOf>>>();

  beforeAll(async () => {
    await using server = await openTestScimServer();
    const { database } = server.directory.deps;
    const sent = new Map<string, LoggedOrganization>();
    const members = new Map<string, string>();
    for (const requestLog of [...settings, 'off'] as const) {
      for (const way of ways) {
        const own = await newLoggedOrganization(server, { requestLog });
        sent.set(`${requestLog} ${way}`, own);
        const created = [user('ann'), group('Team')].map(async ({ path, data }) => await own.send('POST', path, data));
        const [ann, team] = (await Promise.all(created)).map(({ body }) => String(body.id));
        members.set(`${requestLog} ${way}`, ann ?? '');
        await send(own, way, writesOf(ann ?? '', team ?? ''));
      }
    }
    await sql`alter table memberships rename to missing_memberships`.execute(database);
    for (const [name, own] of sent) {
      const writes = ['Fails', 'Fails, too'].map((one) => group(one, { members: [{ value: members.get(name) }] }));
      await send(own, name.endsWith('bulk') ? 'bulk' : 'single', writes);
    }
    await sql`alter table missing_memberships rename to memberships`.execute(database);
    for (const requestLog of settings) {
      const own = await newLoggedOrganization(server, { requestLog });
      await sendWholeRequests(own);
      sent.set(requestLog, own);
    }
    await server.app.close();
    for (const [name, own] of sent) counts.set(name, await countsOf(server, own));
  });

  test.for(settings.flatMap((setting) => ways.map((way) => [setting, way] as const)))(
    'are the same with requestLog=%s for %s requests',
    ([setting, way]) => {
      expect(counts.get(`${setting} ${way}`)).toEqual({
        totals: { accepted: 7, unchanged: 2, refused: TARGET_REFUSALS_MAX + 3, failed: 2 },
        kinds: [
          { value: 'create', accepted: 4, unchanged: 0, refused: 1, failed: 2 },
          { value: 'delete', accepted: 1, unchanged: 0, refused: TARGET_REFUSALS_MAX + 1, failed: 0 },
          { value: 'patch', accepted: 1, unchanged: 1, refused: 1, failed: 0 },
          { value: 'replace', accepted: 1, unchanged: 1, refused: 0, failed: 0 },
        ],
        reasons: [
          { value: null, accepted: 7, unchanged: 2, refused: 0, failed: 0 },
          { value: 'internal', accepted: 0, unchanged: 0, refused: 0, failed: 2 },
          { value: 'invalidBody', accepted: 0, unchanged: 0, refused: 1, failed: 0 },
          { value: 'resourceNotFound', accepted: 0, unchanged: 0, refused: TARGET_REFUSALS_MAX + 1, failed: 0 },
          { value: 'userNameTaken', accepted: 0, unchanged: 0, refused: 1, failed: 0 },
        ],
      });
    },
  );

  test.for(ways)('are all zero with requestLog=off for %s requests', (way) => {
    const totals = { accepted: 0, unchanged: 0, refused: 0, failed: 0 };
    expect(counts.get(`off ${way}`)).toEqual({ totals, kinds: [], reasons: [] });
  });

  test.for(settings)('have each operation of a bulk request once with requestLog=%s', (setting) => {
    const refused = (value: string, count: number) => ({ value, accepted: 0, unchanged: 0, refused: count, failed: 0 });
    expect(counts.get(setting)).toEqual({
      totals: { accepted: 2, unchanged: 0, refused: 5, failed: 0 },
      kinds: [
        // Without operations; with an operation that cannot be read; and refused as a whole.
        { value: 'bulk', accepted: 1, unchanged: 0, refused: 2, failed: 0 },
        { value: 'create', accepted: 1, unchanged: 0, refused: 2, failed: 0 },
        refused('delete', 1),
      ],
      reasons: [
        { value: null, accepted: 2, unchanged: 0, refused: 0, failed: 0 },
        refused('bulkReference', 1),
        refused('invalidBody', 2),
        refused('required', 1),
        refused('resourceNotFound', 1),
      ],
    });
  });
});

/** Sends bulk requests whose operations are refused together, skipped or unreadable, and requests without operations. */
async function sendWholeRequests(own: LoggedOrganization): Promise<void> {
  const inCircle = (userName: string, other: string) => ({
    ...user(userName),
    bulkId: other === 'eve' ? 'dan' : 'eve',
    data: { schemas: [USER, ENTERPRISE], userName, [ENTERPRISE]: { manager: { value: `bulkId:${other}` } } },
  });
  const bulk = async (operations: unknown, more: object = {}) =>
    await own.send('POST', '/Bulk', { Operations: operations, ...more });
  // The first of the two is created and rolled back.
  await bulk([inCircle('dan', 'eve'), inCircle('', 'dan')]);
  await bulk(
    [
      { method: 'DELETE', path: '/Users/no' },
      { method: 'DELETE', path: '/Users/other' },
    ],
    { failOnErrors: 1 },
  );
  await bulk([
    { method: 'FETCH', path: '/Users' },
    { ...user('fay'), bulkId: '1' },
  ]);
  await bulk([]);
  await bulk('none');
}
