import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { patch, user } from './patch.fixture.ts';

const emailsAfter = (before: readonly JsonObject[], ...added: readonly JsonObject[]) =>
  patch(user, { emails: [...before] }, [{ op: 'add', path: 'emails', value: [...added] }])['emails'];

describe('add of a value that is there already (RFC 7643 §2.4: no two with the same type and value)', () => {
  const work = { value: 'ann@example.com', type: 'work' };
  const home = { value: 'ann@example.com', type: 'home' };
  const plain = { value: 'ann@example.com' };

  it('keeps values apart that differ only in type', () => {
    expect(emailsAfter([work], home)).toEqual([work, home]);
    expect(emailsAfter([work, home], { ...home, display: 'Ann' })).toEqual([work, { ...home, display: 'Ann' }]);
  });

  it('keeps a value without a type apart from one with a type', () => {
    expect(emailsAfter([work], plain)).toEqual([work, plain]);
    expect(emailsAfter([plain], work)).toEqual([plain, work]);
  });

  it('merges a value into the one with the same type and value, and keeps what it does not send', () => {
    const before = { ...work, display: 'Ann' };
    expect(emailsAfter([before], { ...work, primary: true })).toEqual([{ ...before, primary: true }]);
    expect(emailsAfter([{ ...plain, display: 'Ann' }], plain)).toEqual([{ ...plain, display: 'Ann' }]);
  });

  it('keeps values of the same type apart that differ in value', () => {
    const other = { value: 'lee@example.com', type: 'work' };
    expect(emailsAfter([work], other)).toEqual([work, other]);
  });
});

describe('remove of a sub-attribute', () => {
  const after = (element: JsonObject, sub: string) =>
    patch(user, { phoneNumbers: [element] }, [{ op: 'remove', path: `phoneNumbers[type eq "fax"].${sub}` }]);

  it.each<[string, JsonObject, string]>([
    ['a type', { type: 'fax', value: '1' }, 'value'],
    ['a type and primary', { type: 'fax', primary: true, value: '1' }, 'value'],
    ['nothing', { type: 'fax' }, 'type'],
    ['a type and a display', { type: 'fax', value: '1', display: 'Fax' }, 'value'],
  ])('removes the element of which only %s would be left', (_left, element, sub) => {
    expect(after(element, sub)).not.toHaveProperty('phoneNumbers');
  });

  it.each<[string, JsonObject, string, JsonObject]>([
    ['a type, when a display was removed', { type: 'fax', display: 'Fax' }, 'display', { type: 'fax' }],
    ['a value', { type: 'fax', value: '1' }, 'type', { value: '1' }],
    ['primary, when a label was removed', { type: 'fax', primary: true }, 'type', { primary: true }],
    ['a type, when a label was removed', { type: 'fax', primary: true }, 'primary', { type: 'fax' }],
  ])('keeps the element of which %s is left', (_left, element, sub, kept) => {
    expect(after(element, sub)['phoneNumbers']).toEqual([kept]);
  });
});
