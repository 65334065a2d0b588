import { afterAll, beforeAll, expect, test } from 'vitest';
import { rowsOf } from '../../tests/support/rows-of.ts';
import { deleteLink } from '#admins/administrator-link-store.ts';
import { deleteAdministrator, findAdministratorById, updateAdministrator } from '#admins/administrator-store.ts';
import { markRevoked } from '#admins/api-key-store.ts';
import { findRoleById } from '#admins/role-store.ts';
import { deleteOldEvents, listTimeline } from '#audit/event-query-store.ts';
import { listEvents } from '#audit/event-store.ts';
import { findPersonEvents, findTargetNames } from '#audit/timeline-store.ts';
import type { Database } from '#database/database.ts';
import { findProtection, findUnconfirmed, setGroupOwner, setUserOwner } from '#directory/ownership-store.ts';
import { findGroup, findGroups, findGroupsByName, findGroupToChange, updateGroup } from '#directory/group-store.ts';
import { findSequence } from '#directory/list-store.ts';
import { findAwaited, findMemberTypes } from '#directory/membership-store.ts';
import { findDeletedUsers } from '#directory/named-user-store.ts';
import { findAgedPasswords } from '#directory/password-age-store.ts';
import {
  deleteStateChange,
  deleteStateChanges,
  findNextStateChanges,
  listStateChanges,
} from '#directory/state-change-store.ts';
import { findUsersLockedBefore } from '#directory/user-lock-store.ts';
import {
  findDeletedUser,
  findPasswordHash,
  findReferencedUser,
  findReports,
  findUsers,
  findUsersByColumn,
  findUserToChange,
  isUsernameTaken,
  listDeletedUsers,
  lookUpUsers,
  setUserDeleted,
} from '#directory/user-store.ts';
import { updateUser } from '#directory/user-write-store.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findJob } from '#jobs/job-store.ts';
import { countMailsSince, findMail, requeueMail } from '#mail/outbox-store.ts';
import { findTemplate, updateTemplate } from '#mail/template-store.ts';
import { deleteSchema, findUse, insertSchema, listSchemas, updateSchema } from '#schemas/schema-store.ts';
import { openTwoOrganizations, type Ids, type TwoOrganizations } from './two-organizations.fixture.ts';

/**
 * The second line of defense: each statement of a store filters by organization, although its caller has already found the object in
 * the organization. Requests cannot show that a filter is missing, so these tests run the statements with the ids of another
 * organization.
 */

const page = { skip: 0, limit: 100 };
const past = new Date(0);
const future = new Date(Date.UTC(2100, 0, 1));
const badges = 'urn:contoso:scim:schemas:extension:badges:2.0:User';
const schema = (description: string) => ({
  resourceType: 'User' as const,
  definition: { id: badges, name: 'Badges', description, attributes: [] },
});

type Call = (database: Database, organizationId: string, ids: Ids) => Promise<unknown>;

const reads: Readonly<Record<string, Call>> = {
  findJob: (database, organization, { job }) => findJob(database, organization, job),
  listSchemas: (database, organization) => listSchemas(database, organization),
  findUse: (database, organization) => findUse(database, organization, 'User', ['displayName']),
  findAdministratorById: (database, organization, { linked }) => findAdministratorById(database, organization, linked),
  findRoleById: (database, organization, { role }) => findRoleById(database, organization, role),
  listTimeline: (database, organization, { user }) => listTimeline(database, organization, user, { limit: 100 }),
  findPersonEvents: (database, organizationId, { user }) =>
    findPersonEvents(database, { organizationId, personId: user, names: ['ann'] }, { limit: 100 }),
  findTargetNames: (database, organization, { user }) => findTargetNames(database, organization, user),
  findDeletedUsers: (database, organization, { deleted }) => findDeletedUsers(database, organization, [deleted]),
  listEvents: (database, organizationId, { user }) =>
    listEvents(database, { organizationId, limit: 100, target: user }),
  findTemplate: (database, organization) =>
    findTemplate(database, organization, { kind: 'password_reset_confirmation', language: 'en' }),
  findMail: (database, organization, { mail }) => findMail(database, organization, mail),
  countMailsSince: (database, organization) => countMailsSince(database, organization, 'job_result', past),
  findIntegration: (database, organization, { integration }) => findIntegration(database, organization, integration),
  'findIntegration without an id': (database, organization) => findIntegration(database, organization, null),
  findGroup: (database, organization, { group }) => findGroup(database, organization, group),
  findGroups: (database, organization, { group }) => findGroups(database, organization, [group]),
  findGroupToChange: (database, organization, { group }) => findGroupToChange(database, organization, group),
  'findSequence of a user': (database, organization, { user }) => findSequence(database, organization, 'User', user),
  'findSequence of a group': (database, organization, { group }) =>
    findSequence(database, organization, 'Group', group),
  findMemberTypes: (database, organization, { user, group }) => findMemberTypes(database, organization, [user, group]),
  findAwaited: (database, organization) => findAwaited(database, organization, ['awaited']),
  findAgedPasswords: (database, organization) =>
    findAgedPasswords(database, organization, {
      expired: future.getTime(),
      aging: future.getTime(),
      after: undefined,
      limit: 100,
    }),
  findUsersLockedBefore: (database, organization) => findUsersLockedBefore(database, organization, future, 100),
  listStateChanges: (database, organization, { user }) =>
    listStateChanges(database, organization, { userIds: [user], state: undefined, ...page }),
  findNextStateChanges: (database, organization, { user }) => findNextStateChanges(database, organization, [user]),
  findUsers: (database, organization, { user }) => findUsers(database, organization, [user]),
  findUserToChange: (database, organization, { user }) => findUserToChange(database, organization, user),
  findUsersByColumn: (database, organization) =>
    findUsersByColumn(database, organization, 'email_key', 'ann@example.com'),
  findGroupsByName: (database, organization) => findGroupsByName(database, organization, 'pilots'),
  'findReferencedUser by id': (database, organization, { user }) => findReferencedUser(database, organization, user),
  'findReferencedUser by name': (database, organization) => findReferencedUser(database, organization, 'ann'),
  findReports: (database, organization, { manager }) => findReports(database, organization, [manager]),
  findUnconfirmed: (database, organizationId) => findUnconfirmed(database, { organizationId, limit: 100 }),
  findProtection: async (database, organizationId, { user }) => {
    const [found] = await findUsers(database, ids.get(user) ?? organizationId, [user]);
    if (found === undefined) return { hasFactor: false, hasAdministrator: false };
    return await findProtection(database, { ...found, organizationId });
  },
  isUsernameTaken: (database, organization, { user }) => isUsernameTaken(database, organization, 'ann', user),
  findPasswordHash: (database, organization, { user }) => findPasswordHash(database, organization, user),
  findDeletedUser: (database, organization, { deleted }) => findDeletedUser(database, organization, deleted, past),
  'findDeletedUser by name': (database, organization) => findDeletedUser(database, organization, 'gone', past),
  listDeletedUsers: (database, organization) => listDeletedUsers(database, organization, past, { skip: 0, limit: 10 }),
  'lookUpUsers by id': (database, organizationId, { user }) =>
    lookUpUsers(database, 'id', { organizationId, key: user }),
  'lookUpUsers by email': (database, organizationId) =>
    lookUpUsers(database, 'email', { organizationId, key: 'ann@example.com' }),
};

/** Read functions that look up objects by name. They take no ids, so they cannot be tested with ids of another organization. */
const byName = new Set(Object.entries(reads).flatMap(([name, call]) => (call.length < 3 ? [name] : [])));

const writes: Readonly<Record<string, Call>> = {
  updateSchema: (database, organization) => updateSchema(database, organization, schema('Taken'), future),
  deleteSchema: (database, organization) => deleteSchema(database, organization, badges),
  updateAdministrator: (database, organization, { linked }) =>
    updateAdministrator(database, organization, linked, { name: 'Taken' }),
  deleteAdministrator: (database, organization, { linked }) => deleteAdministrator(database, organization, linked),
  // This statement filters by the organization that the administrator is linked to.
  deleteLink: (database, organization, { linked }) => deleteLink(database, linked, organization),
  markRevoked: (database, organization, { key }) => markRevoked(database, organization, key, future),
  deleteOldEvents: (database, organization) => deleteOldEvents(database, organization, future, 1_000),
  updateTemplate: (database, organization) =>
    updateTemplate(database, organization, { kind: 'password_reset_confirmation', language: 'en' }, undefined),
  requeueMail: (database, organization, { mail }) => requeueMail(database, organization, mail, future),
  deleteStateChange: (database, organization, { stateChange }) =>
    deleteStateChange(database, organization, stateChange),
  'deleteStateChanges of a schedule': (database, organization, { schedule }) =>
    deleteStateChanges(database, organization, schedule),
  setUserDeleted: (database, organizationId, { user }) =>
    setUserDeleted(
      database,
      { id: user, organizationId, username: 'ann', document: {}, properties: {} },
      future,
      future,
    ),
  setUserOwner: (database, organizationId, { user: id, integration: integrationId }) =>
    setUserOwner(database, { id, organizationId, integrationId }, true),
  setGroupOwner: (database, organizationId, { group: id, integration: integrationId }) =>
    setGroupOwner(database, { id, organizationId, integrationId }),
  updateUser: async (database, organizationId, { user }) => {
    const { deps } = two.api.directory;
    const [before] = await findUsers(database, ids.get(user) ?? organizationId, [user]);
    if (before === undefined) throw new Error('The user does not exist.');
    const change = { ...before, organizationId, username: 'taken', passwordHash: undefined, at: future };
    await updateUser(deps, database, { ...before, organizationId }, change);
  },
  updateGroup: async (database, organizationId, { group }) => {
    const before = await findGroup(database, ids.get(group) ?? organizationId, group);
    if (before === undefined) throw new Error('The group does not exist.');
    await updateGroup(two.api.directory.deps, database, { ...before, organizationId }, { ...before, at: future });
  },
};

let two: TwoOrganizations;
let database: Database;
let own: Ids;
let other: Ids;
/** The organization of each object, by the object's id. */
const ids = new Map<string, string>();
const alone = new Map<string, unknown>();
let before: Awaited<ReturnType<typeof rowsOf>>;

/** Adds a membership to the group for a member that does not exist yet. */
async function addAwaited({ organization, group }: Ids): Promise<void> {
  const member = { group_id: group, member_id: 'Awaited', member_type: 'Awaited', awaited_key: 'awaited' } as const;
  await database
    .insertInto('memberships')
    .values({ ...member, organization_id: organization, created_at: 0 })
    .execute();
}

beforeAll(async () => {
  two = await openTwoOrganizations();
  ({ database } = two.api.directory.deps);
  own = two.own.ids;
  await insertSchema(database, own.organization, schema('Mine'), past);
  await addAwaited(own);
  for (const [name, call] of Object.entries(reads)) alone.set(name, await call(database, own.organization, own));
  other = (await two.fillOther()).ids;
  await insertSchema(database, other.organization, schema('Theirs'), past);
  await addAwaited(other);
  for (const one of [own, other]) for (const id of [one.user, one.group]) ids.set(id, one.organization);
  before = await rowsOf(database, other.organization);
});
afterAll(() => two[Symbol.asyncDispose]());

const unknown = new Proxy({} as Ids, { get: () => '0123456789abcdef01234567' });

test.for(Object.entries(reads))(
  'the statement %s returns the same result when another organization exists',
  async ([name, call]) => {
    expect(await call(database, own.organization, own)).toEqual(alone.get(name));
  },
);

test.for(Object.entries(reads).filter(([name]) => !byName.has(name)))(
  'the statement %s finds nothing by an id of another organization',
  async ([, call]) => {
    const nothing = await call(database, own.organization, unknown);
    expect(await call(database, own.organization, other)).toEqual(nothing);
    expect(await call(database, other.organization, other)).not.toEqual(nothing);
  },
);

test.for(Object.entries(writes))('the statement %s changes nothing in another organization', async ([, call]) => {
  await call(database, own.organization, other);
  expect(await rowsOf(database, other.organization)).toEqual(before);
});
