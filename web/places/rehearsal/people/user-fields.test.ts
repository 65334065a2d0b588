import { expect, test } from 'vitest';
import { changedFields, fieldText } from './user-fields.ts';

const user = {
  id: '1',
  displayName: 'Ann',
  jobTitle: 'Pilot',
  otherMails: ['a@x.example', 'b@x.example'],
  onPremisesExtensionAttributes: { extensionAttribute1: 'CC-1', extensionAttribute2: null },
};

test('shows several values separated by commas, and extension attributes like the others', () => {
  expect(fieldText(user, 'otherMails')).toBe('a@x.example, b@x.example');
  expect(fieldText(user, 'extensionAttribute1')).toBe('CC-1');
  expect(fieldText(user, 'mail')).toBe('');
});

test('sends only what changed, lists as lists, and nothing as null', () => {
  const form = new Map([
    ['displayName', 'Ann'],
    ['jobTitle', ''],
    ['otherMails', 'b@x.example'],
    ['extensionAttribute1', 'CC-1'],
    ['extensionAttribute2', ' CC-2 '],
  ]);
  expect(changedFields(user, form)).toEqual({
    jobTitle: null,
    otherMails: ['b@x.example'],
    onPremisesExtensionAttributes: { extensionAttribute2: 'CC-2' },
  });
});
