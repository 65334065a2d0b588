import { expect, test } from 'vitest';
import { roleInChinese, zhRoleNames } from '#base/words/zh-role-names.ts';
import { roleNames } from './roles.ts';

test('every built-in role has a Chinese name, and a custom role keeps its own', () => {
  expect(Object.keys(zhRoleNames)).toStrictEqual([...roleNames]);
  expect(roleInChinese('Read Only')).toBe('只读');
  expect(['Auditor', 'toString'].map(roleInChinese)).toStrictEqual(['Auditor', 'toString']);
});
