import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { patch, user } from './patch.fixture.ts';

const emailsAfter = (before: readonly JsonObject[], ...added: readonly JsonObject[]) =>
  patch(user, { emails: [...before] }, [{ op: 'add', path: 'emails', value: [...added] }])['emails'];

describe('an add to emails, where no two values have the same type and value (RFC 7643 §2.4)', () => {
  const work = { value: 'ann@example.com', type: 'work' };
  const home = { value: 'ann@example.com', type: 'home' };
  const plain = { value: 'ann@example.com' };

  it('adds a value that differs only in type', () => {
    expect(emailsAfter([work], home)).toEqual([work, home]);
    expect(emailsAfter([work, home], { ...home, display: 'Ann' })).toEqual([work, { ...home, display: 'Ann' }]);
  });

  it('adds a value without a type next to the same value with a type, and the reverse', () => {
    expect(emailsAfter([work], plain)).toEqual([work, plain]);
    expect(emailsAfter([plain], work)).toEqual([plain, work]);
  });

  it('merges a value into the one with the same type and value, and keeps sub-attributes that were not sent', () => {
    const before = { ...work, display: 'Ann' };
    expect(emailsAfter([before], { ...work, primary: true })).toEqual([{ ...before, primary: true }]);
    expect(emailsAfter([{ ...plain, display: 'Ann' }], plain)).toEqual([{ ...plain, display: 'Ann' }]);
  });

  it('adds a different value of the same type', () => {
    const other = { value: 'lee@example.com', type: 'work' };
    expect(emailsAfter([work], other)).toEqual([work, other]);
  });
});

describe('removing a sub-attribute', () => {
  const after = (element: JsonObject, sub: string) =>
    patch(user, { phoneNumbers: [element] }, [{ op: 'remove', path: `phoneNumbers[type eq "fax"].${sub}` }]);

  it.each<[string, JsonObject, string]>([
    ['a type', { type: 'fax', value: '1' }, 'value'],
    ['a type and "primary"', { type: 'fax', primary: true, value: '1' }, 'value'],
    ['no sub-attribute', { type: 'fax' }, 'type'],
    ['a type and a display', { type: 'fax', value: '1', display: 'Fax' }, 'value'],
  ])('removes the element if it would be left with %s', (_left, element, sub) => {
    expect(after(element, sub)).not.toHaveProperty('phoneNumbers');
  });

  it.each<[string, JsonObject, string, JsonObject]>([
    ['a type, when a display was removed', { type: 'fax', display: 'Fax' }, 'display', { type: 'fax' }],
    ['a value', { type: 'fax', value: '1' }, 'type', { value: '1' }],
    ['"primary", when a label was removed', { type: 'fax', primary: true }, 'type', { primary: true }],
    ['a type, when a label was removed', { type: 'fax', primary: true }, 'primary', { type: 'fax' }],
  ])('keeps the element if it is left with %s', (_left, element, sub, kept) => {
    expect(after(element, sub)['phoneNumbers']).toEqual([kept]);
  });
});
