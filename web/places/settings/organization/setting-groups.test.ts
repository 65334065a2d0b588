import { expect, test } from 'vitest';
import { settingNames } from '#organizations/settings.ts';
import { ApiError } from '../../../data/client.ts';
import { settingGroups } from './setting-groups.ts';
import { faultOf, shownFaults } from './use-organization-settings.ts';

test('every setting of an organization is in one group of the page', () => {
  expect(Object.values(settingGroups).flat().toSorted()).toEqual(settingNames.toSorted());
});

test('the faults of an answer are counted only if the page shows each of them at its field', () => {
  const refused = (...fields: readonly string[]) =>
    new ApiError(
      400,
      'refused',
      'invalidBody',
      undefined,
      fields.map((field) => ({ field, description: `${field} is wrong` })),
    );
  const both = refused('settings.passwordMinLength', 'displayName');
  expect([shownFaults(both), faultOf(both, 'passwordMinLength'), faultOf(both, 'displayName')]).toEqual([
    2,
    'settings.passwordMinLength is wrong',
    'displayName is wrong',
  ]);
  expect(faultOf(refused('name'), 'displayName')).toBe('name is wrong');
  expect([refused('settings.passwordMinLength', 'password'), refused(), new Error('x'), null].map(shownFaults)).toEqual(
    [0, 0, 0, 0],
  );
});
