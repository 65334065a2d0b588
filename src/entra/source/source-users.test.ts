import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS } from '#base/clock.ts';
import type { JsonObject } from '#base/json.ts';
import { currentChangeNumber, listChanges } from './change-store.ts';
import { addMembers, createSourceGroup } from './source-groups.ts';
import { memberIdsOf } from './source-member-store.ts';
import { findSourceUser } from './source-user-store.ts';
import { TEXT_LENGTH_MAX, UPN_LENGTH_MAX, UPN_LOCAL_LENGTH_MAX, VALUES_MAX } from './source-attributes.ts';
import { openTestSource, type TestSource } from './source.fixture.ts';
import {
  createSourceUser,
  deleteSourceUser,
  disableSourceUser,
  enableSourceUser,
  purgeDue,
  purgeSourceUser,
  restoreSourceUser,
  setManager,
  updateSourceUser,
  upnOf,
  USER_RESTORABLE_DAYS,
} from './source-users.ts';

let source: TestSource;
beforeAll(async () => {
  source = await openTestSource();
});
afterAll(async () => {
  await source[Symbol.asyncDispose]();
});

let names = 0;
const newUser = async (values: JsonObject = {}) => {
  names += 1;
  const userPrincipalName = `person${names}@contoso.example`;
  return await createSourceUser(source.deps, source.tenant, { userPrincipalName, displayName: 'Person', ...values });
};

/** Returns the entries that `work` adds to the change log. */
async function logOf(work: () => Promise<unknown>) {
  const { database, tenant } = source;
  const after = await currentChangeNumber(database, tenant.id);
  await work();
  const changes = await listChanges(database, tenant.id, { after, limit: 100 });
  return changes.map(({ kind, objectId, detailId, fields }) => ({ kind, objectId, detailId, fields }));
}

describe('a user', () => {
  test('can be created with attribute names from Entra ID or Graph, and gets the default values of Entra ID', async () => {
    const user = await newUser({
      officeLocation: 'Göteborg',
      mobilePhone: '+46 70 1',
      businessPhones: ['+46 31 1'],
      EmployeeHireDate: '2026-01-31',
      usageLocation: 'se',
      otherMails: [],
      'onPremisesExtensionAttributes.extensionAttribute3': 'x',
    });
    expect(user.attributes).toEqual({
      userPrincipalName: `person${names}@contoso.example`,
      mailNickname: `person${names}`,
      displayName: 'Person',
      userType: 'Member',
      physicalDeliveryOfficeName: 'Göteborg',
      mobile: '+46 70 1',
      telephoneNumber: '+46 31 1',
      employeeHireDate: '2026-01-31T00:00:00Z',
      usageLocation: 'SE',
      extensionAttribute3: 'x',
    });
    expect(user).toMatchObject({ accountEnabled: true, managerId: null, deletedAt: null });
    expect(await findSourceUser(source.database, source.tenant.id, user.id)).toEqual(user);
    const guest = await newUser({ userPrincipalName: 'ann_fabrikam.example#EXT#@contoso.example' });
    expect(guest.attributes['userType']).toBe('Guest');
  });

  test.for<[JsonObject, string, string]>([
    [{ departmant: 'x' }, 'unknownAttribute', 'Did you mean department?'],
    [{ hat: 'x' }, 'unknownAttribute', 'jobTitle'],
    [{ IsSoftDeleted: true }, 'mutability', 'computed'],
    [{ appRoleAssignments: ['x'] }, 'mutability', 'computed'],
    [{ city: 5 }, 'invalidType', 'a string'],
    [{ city: ['x', 'y'] }, 'invalidType', 'not a list'],
    [{ accountEnabled: 'yes' }, 'invalidType', 'true or false'],
    [{ employeeHireDate: 'soon' }, 'invalidValue', 'a date'],
    [{ usageLocation: 'Sweden' }, 'invalidValue', 'two letters'],
    [{ userType: 'Robot' }, 'invalidValue', '"Member" or "Guest"'],
    [{ manager: 'nobody' }, 'invalidValue', 'objectId'],
    [{ manager: '00000000-0000-4000-8000-000000000000' }, 'invalidValue', 'not a user of the tenant'],
    [{ userPrincipalName: null }, 'required', 'userPrincipalName'],
    [{ displayName: '' }, 'required', 'displayName'],
    [{ userPrincipalName: 'ann' }, 'invalidValue', 'one @'],
    [{ userPrincipalName: 'ann@x@y.example' }, 'invalidValue', 'one @'],
    [{ userPrincipalName: 'änn@contoso.example' }, 'invalidValue', 'without accents'],
    [{ userPrincipalName: 'ann.@contoso.example' }, 'invalidValue', 'no dot'],
    [{ userPrincipalName: 'ann@contoso' }, 'invalidValue', 'a domain'],
  ])('with the attributes %j is refused with the error %s', async ([values, code, reason]) => {
    const error = await newUser(values).catch((error: unknown) => error);
    expect(error).toMatchObject({ code, message: expect.stringContaining(reason) as string });
  });

  test.for<[string, number]>([
    ['displayName', 256],
    ['department', 64],
    ['employeeId', 16],
    ['extensionAttribute1', TEXT_LENGTH_MAX],
  ])(
    'is refused if the value of %s is longer than %i characters, and accepted at that length',
    async ([name, length]) => {
      await newUser({ [name]: '😀'.repeat(length) });
      await expect(newUser({ [name]: '😀'.repeat(length + 1) })).rejects.toMatchObject({ code: 'valueTooLong' });
    },
  );

  test('is refused if an attribute has too many values or the userPrincipalName is too long', async () => {
    const mails = (count: number) => Array.from({ length: count }, (_, index) => `${index}@x.example`);
    await newUser({ otherMails: mails(VALUES_MAX) });
    await expect(newUser({ otherMails: mails(VALUES_MAX + 1) })).rejects.toMatchObject({ code: 'tooManyValues' });
    await newUser({ userPrincipalName: `${'a'.repeat(UPN_LOCAL_LENGTH_MAX)}@contoso.example` });
    await expect(
      newUser({ userPrincipalName: `${'a'.repeat(UPN_LOCAL_LENGTH_MAX + 1)}@contoso.example` }),
    ).rejects.toMatchObject({ code: 'invalidValue' });
    const domain = `${'b'.repeat(UPN_LENGTH_MAX - UPN_LOCAL_LENGTH_MAX - 9)}.example`;
    await newUser({ userPrincipalName: `${'c'.repeat(UPN_LOCAL_LENGTH_MAX)}@${domain}` });
    await expect(
      newUser({ userPrincipalName: `${'c'.repeat(UPN_LOCAL_LENGTH_MAX)}@b${domain}` }),
    ).rejects.toMatchObject({ code: 'valueTooLong' });
  });

  test('cannot have the userPrincipalName or the objectId of another user', async () => {
    const user = await newUser();
    const upn = upnOf(user).toUpperCase();
    await expect(newUser({ userPrincipalName: upn })).rejects.toMatchObject({ code: 'conflict' });
    await expect(newUser({ objectId: user.id })).rejects.toMatchObject({ code: 'conflict' });
    const other = await newUser();
    await expect(
      updateSourceUser(source.deps, source.tenant, other.id, { userPrincipalName: upn }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await updateSourceUser(source.deps, source.tenant, user.id, { userPrincipalName: upn });
    await expect(updateSourceUser(source.deps, source.tenant, user.id, { objectId: other.id })).rejects.toMatchObject({
      code: 'mutability',
    });
  });

  test('keeps values that an update does not mention, and the change log names the attributes that changed', async () => {
    const { deps, tenant } = source;
    const boss = await newUser();
    const user = await newUser({ city: 'Lund', state: 'Skåne' });
    const entry = { kind: 'update', objectId: user.id, detailId: null };
    const log = await logOf(() => updateSourceUser(deps, tenant, user.id, { city: 'Malmö', state: null, country: '' }));
    expect(log).toEqual([{ ...entry, fields: ['city', 'state'] }]);
    expect(await logOf(() => updateSourceUser(deps, tenant, user.id, { city: 'Malmö' }))).toEqual([]);
    expect(await logOf(() => setManager(deps, tenant, user.id, boss.id))).toEqual([{ ...entry, fields: ['manager'] }]);
    expect(await logOf(() => disableSourceUser(deps, tenant, user.id))).toEqual([
      { ...entry, fields: ['accountEnabled'] },
    ]);
    expect(await logOf(() => enableSourceUser(deps, tenant, user.id))).toHaveLength(1);
    expect(await logOf(() => setManager(deps, tenant, user.id, null))).toHaveLength(1);
    await expect(setManager(deps, tenant, user.id, user.id)).rejects.toMatchObject({ code: 'invalidValue' });
    await expect(updateSourceUser(deps, tenant, 'nobody', {})).rejects.toMatchObject({ code: 'notFound' });
  });

  test('keeps its group memberships when it is deleted, loses them when it is purged, and the change log records each step', async () => {
    const { deps, tenant, database } = source;
    const user = await newUser();
    const report = await newUser({ manager: user.id });
    const group = await createSourceGroup(deps, tenant, { displayName: 'Team' });
    await addMembers(deps, tenant, group.id, [user.id]);
    const of = { objectId: user.id, detailId: null, fields: [] };
    expect(await logOf(() => deleteSourceUser(deps, tenant, user.id))).toEqual([{ ...of, kind: 'delete' }]);
    await expect(updateSourceUser(deps, tenant, user.id, {})).rejects.toThrow(/restore/);
    await expect(deleteSourceUser(deps, tenant, user.id)).rejects.toMatchObject({ code: 'notFound' });
    expect(await memberIdsOf(database, group.id)).toEqual([{ id: user.id, type: 'User', deleted: true }]);
    expect(await logOf(() => restoreSourceUser(deps, tenant, user.id))).toEqual([{ ...of, kind: 'add' }]);
    await expect(restoreSourceUser(deps, tenant, user.id)).rejects.toMatchObject({ code: 'notFound' });
    expect(await logOf(() => purgeSourceUser(deps, tenant, user.id))).toEqual([
      { ...of, kind: 'purge' },
      { objectId: group.id, detailId: user.id, fields: [], kind: 'member' },
      { objectId: report.id, detailId: null, fields: ['manager'], kind: 'update' },
    ]);
    expect(await memberIdsOf(database, group.id)).toEqual([]);
    expect((await findSourceUser(database, tenant.id, report.id))?.managerId).toBeNull();
    await expect(purgeSourceUser(deps, tenant, user.id)).rejects.toMatchObject({ code: 'notFound' });
  });

  test('cannot be restored while another user has its userPrincipalName', async () => {
    const { deps, tenant } = source;
    const user = await newUser();
    const upn = upnOf(user);
    await deleteSourceUser(deps, tenant, user.id);
    const other = await newUser({ userPrincipalName: upn });
    await expect(restoreSourceUser(deps, tenant, user.id)).rejects.toThrow(`${upn}" belongs to "Person" (${other.id})`);
    await purgeSourceUser(deps, tenant, other.id);
    expect((await restoreSourceUser(deps, tenant, user.id)).deletedAt).toBeNull();
  });

  test(`is purged ${USER_RESTORABLE_DAYS} days after it was deleted, and not earlier`, async () => {
    const { deps, tenant, clock } = source;
    const user = await newUser();
    await deleteSourceUser(deps, tenant, user.id);
    clock.advance(USER_RESTORABLE_DAYS * DAY_MS - 1);
    expect(await purgeDue(deps)).toBe(0);
    clock.advance(1);
    const log = await logOf(async () => expect(await purgeDue(deps)).toBe(1));
    expect(log).toMatchObject([{ kind: 'purge', objectId: user.id }]);
    expect(await purgeDue(deps)).toBe(0);
  });
});
