import { expect, test } from 'vitest';
import { ENTERPRISE_USER_SCHEMA } from '../schema/enterprise-user.ts';
import { compileResourceSchema } from '../schema/resource-schema.ts';
import { unqualifiedNames, withUnqualified } from './unqualified.ts';

const schema = compileResourceSchema('User');

test('unqualifiedNames returns the canonical names of extension attributes that have no URN', () => {
  const written = [
    'userName',
    'COSTCENTER',
    'costCenter',
    'manager.value',
    `${ENTERPRISE_USER_SCHEMA}:department`,
    'nothing',
    'name',
  ];
  expect(unqualifiedNames(schema, written)).toEqual(['costCenter', 'manager']);
});

test('withUnqualified copies extension attributes that have a value to the top level', () => {
  const resource = { id: '1', [ENTERPRISE_USER_SCHEMA]: { costCenter: 'CC' } };
  expect(withUnqualified(schema, resource, [])).toBe(resource);
  expect(withUnqualified(schema, resource, ['costCenter', 'organization', 'title'])).toEqual({
    ...resource,
    costCenter: 'CC',
  });
  expect(withUnqualified(schema, { id: '1' }, ['costCenter'])).toEqual({ id: '1' });
});
