import { expect, test } from 'vitest';
import { differingFields } from './differing-fields.ts';

test('only what differs from the opened object is sent', () => {
  const before = { name: 'Crew', description: null, scopes: ['b', 'a'], isOn: false };
  expect(differingFields({ name: 'Crew', description: '', scopes: ['a', 'b'], isOn: false }, before)).toStrictEqual({});
  const changed = { name: 'Pilots', description: null, scopes: ['a'], isOn: true };
  expect(differingFields(changed, before)).toStrictEqual({ name: 'Pilots', scopes: ['a'], isOn: true });
  expect(differingFields({ description: null }, { description: 'Who flies' })).toStrictEqual({ description: null });
  expect(differingFields({ password: 'x' }, before)).toStrictEqual({ password: 'x' });
});
