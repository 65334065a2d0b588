import { randomBytes } from 'node:crypto';
import { createSecretBox } from '#base/secret-box.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertSourceGroups } from '../source/source-group-store.ts';
import { insertMembers } from '../source/source-member-store.ts';
import type { SourceGroup, SourceUser } from '../source/source-object.ts';
import { insertSourceUsers } from '../source/source-user-store.ts';
import { openTestSource, someGroup, someUser, type TestSource } from '../source/source.fixture.ts';
import { compileScopingFilters } from './scoping-filter.ts';
import { createApplication, updateSettings } from './applications.ts';
import { insertAssignment } from './assignment-store.ts';
import { assign } from './assignments.ts';
import { decideScope, decideScopes } from './scope.ts';
import type { FilterClause } from './synchronization-schema.ts';

const clause = (sourceOperandName: string, operatorName: string, value?: string): FilterClause => ({
  operatorName,
  sourceOperandName,
  targetOperand: value === undefined ? null : { values: [value] },
});
const sales = {
  evaluateScope: compileScopingFilters([{ name: 'Sales', clauses: [clause('department', 'EQUALS', 'Sales')] }]),
};

describe('scope decisions', () => {
  let source: TestSource;

  beforeAll(async () => {
    source = await openTestSource();
  });
  afterAll(async () => {
    await source[Symbol.asyncDispose]();
  });

  test.each([
    // Columns: scope, assigned, enabled, deleted, department → entitled, inProvisioningScope, isSoftDeleted
    ['assigned', true, true, false, 'Sales', true, true, false],
    ['assigned', false, true, false, 'Sales', false, true, true],
    ['assigned', true, true, false, 'R&D', true, false, true],
    ['assigned', true, true, false, '', true, false, true],
    ['assigned', true, false, false, 'Sales', false, true, true],
    ['assigned', true, true, true, 'Sales', false, true, true],
    ['assigned', false, false, true, 'R&D', false, false, true],
    ['all', false, true, false, 'Sales', true, true, false],
    ['all', true, true, false, 'Sales', true, true, false],
    ['all', false, false, false, 'Sales', false, true, true],
    ['all', false, true, true, 'Sales', false, true, true],
    ['all', false, true, false, 'R&D', true, false, true],
  ] as const)(
    'for a user with scope %s, assigned %s, enabled %s, deleted %s, department %j: entitled %s, in scope %s, soft-deleted %s',
    (...row) => {
      const [scope, assigned, accountEnabled, deleted, department, entitled, inProvisioningScope, isSoftDeleted] = row;
      const deletedAt = deleted ? new Date(0) : null;
      const user = someUser(source.tenant, { department }, { accountEnabled, deletedAt });
      const roles = assigned ? ['User'] : [];
      const { decision, values } = decideScope(user, { settings: { scope }, mapping: sales, roles });
      expect(decision).toMatchObject({
        isActive: accountEnabled && !deleted,
        assigned,
        entitled,
        inProvisioningScope,
        isSoftDeleted,
        evaluation: { clauses: { 'Sales department EQUALS Sales': inProvisioningScope } },
      });
      expect(values.get('IsSoftDeleted')).toBe(isSoftDeleted);
      expect(values.get('appRoleAssignments')).toEqual(roles);
    },
  );

  test('include a group only if it is security-enabled, is not deleted, and is assigned or the scope is "all"', () => {
    const mapping = { evaluateScope: compileScopingFilters([]) };
    const decide = (group: SourceGroup, scope: 'assigned' | 'all', roles: readonly string[] = []) =>
      decideScope(group, { settings: { scope }, mapping, roles }).decision.isSoftDeleted;
    const group = someGroup(source.tenant);
    expect(decide(group, 'assigned')).toBe(true);
    expect(decide(group, 'assigned', ['User'])).toBe(false);
    expect(decide(group, 'all')).toBe(false);
    expect(decide({ ...group, deletedAt: new Date(0) }, 'all')).toBe(true);
    expect(decide(someGroup(source.tenant, { securityEnabled: false }), 'all')).toBe(true);
  });

  test('evaluate a scoping filter on IsSoftDeleted with the value that the user has without any filters', () => {
    const mapping = {
      evaluateScope: compileScopingFilters([{ name: null, clauses: [clause('IsSoftDeleted', 'IS FALSE')] }]),
    };
    const user = someUser(source.tenant);
    const decide = (scope: 'assigned' | 'all') =>
      decideScope(user, { settings: { scope }, mapping, roles: [] }).decision.inProvisioningScope;
    expect(decide('all')).toBe(true);
    expect(decide('assigned')).toBe(false);
  });

  test('treat users as assigned if they are assigned directly or through a group, but not through a nested or deleted group', async () => {
    const { database, deps, tenant } = source;
    const { application } = await createApplication(deps, tenant, {
      displayName: 'Scoped',
      preset: 'guide',
      settings: { tenantUrl: 'https://directory.example/scim' },
    });
    const names = ['direct', 'byGroup', 'byBoth', 'nested', 'byDeletedGroup', 'unassigned'] as const;
    const users = Object.fromEntries(names.map((name) => [name, someUser(tenant, { department: 'Sales' })]));
    const user = (name: (typeof names)[number]) => users[name] as SourceUser;
    const [team, inner, dissolved] = ['team', 'inner', 'dissolved'].map((displayName) =>
      someGroup(tenant, { displayName }),
    ) as [SourceGroup, SourceGroup, SourceGroup];
    await insertSourceUsers(database, Object.values(users));
    await insertSourceGroups(database, [team, inner, { ...dissolved, deletedAt: new Date(0) }]);
    const member = (id: string, type: 'User' | 'Group' = 'User') => ({ id, type });
    await insertMembers(database, team, [
      member(user('byGroup').id),
      member(user('byBoth').id),
      member(inner.id, 'Group'),
    ]);
    await insertMembers(database, inner, [member(user('nested').id)]);
    await insertMembers(database, dissolved, [member(user('byDeletedGroup').id)]);
    await assign(deps, application, user('direct'));
    await assign(deps, application, user('byBoth'), 'Admin');
    await assign(deps, application, team);
    const left = {
      id: randomUUID(),
      applicationId: application.id,
      principalId: dissolved.id,
      principalType: 'Group',
      appRoleId: randomUUID(),
      roleValue: 'User',
    } as const;
    await insertAssignment(database, application, left, new Date(0));

    const decided = async (settings = application.settings) => {
      const page = await decideScopes(deps, { ...application, settings }, sales, Object.values(users));
      expect(page.map(({ object }) => object)).toEqual(Object.values(users));
      return page.map(({ decision, values }) => [
        decision.assigned,
        decision.entitled,
        values.get('appRoleAssignments'),
      ]);
    };
    expect(await decided()).toEqual([
      [true, true, ['User']],
      [true, true, ['User']],
      [true, true, ['Admin', 'User']],
      [false, false, []],
      [false, false, []],
      [false, false, []],
    ]);
    const { application: widened } = await updateSettings(
      { ...deps, secrets: createSecretBox(randomBytes(32)) },
      application,
      { scope: 'all' },
    );
    expect((await decided(widened.settings)).map(([assigned, entitled]) => [assigned, entitled])).toEqual([
      [true, true],
      [true, true],
      [true, true],
      [false, true],
      [false, true],
      [false, true],
    ]);

    const groups = await decideScopes(deps, application, { evaluateScope: compileScopingFilters([]) }, [team, inner]);
    expect(groups.map(({ decision }) => decision.isSoftDeleted)).toEqual([false, true]);
    expect(await decideScopes(deps, application, sales, [])).toEqual([]);
  });
});
