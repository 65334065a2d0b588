import { expect, test } from 'vitest';
import { rolePermissionNames } from '#admins/roles.ts';
import { permissionGroups } from './permission-groups.ts';

test('every permission that a role can have is in one group', () => {
  expect(Object.values(permissionGroups).flat().toSorted()).toEqual(rolePermissionNames.toSorted());
});
