import { expect, test } from 'vitest';
import { settingNames } from '#organizations/settings.ts';
import { settingGroups } from './setting-groups.ts';

test('every setting of an organization is in one group of the page', () => {
  expect(Object.values(settingGroups).flat().toSorted()).toEqual(settingNames.toSorted());
});
