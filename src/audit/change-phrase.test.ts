import { describe, expect, test } from 'vitest';
import { SECRET_MASK } from '#scim/resource/secret-values.ts';
import { CHANGE_PHRASE_LENGTH_MAX, changePhrase, phrasedMembers, PHRASED_MEMBERS_MAX } from './change-phrase.ts';

const names = new Map(Object.entries({ a: 'Ann', b: 'Bob', c: 'Cleo' }));
const change = (field: string, from: unknown, to: unknown) => ({ field, from, to });
const added = (...ids: readonly string[]) => change('members', null, ids);
const removed = (...ids: readonly string[]) => change('members', ids, null);
const ofGroup = (...changes: readonly ReturnType<typeof change>[]) => changePhrase('Group', changes, names);
const ofUser = (...changes: readonly ReturnType<typeof change>[]) => changePhrase('User', changes, names);

describe('changePhrase()', () => {
  test('names the members that a group gained or lost, at most PHRASED_MEMBERS_MAX', () => {
    expect(ofGroup(added('a'))).toBe('Added Ann');
    expect(ofGroup(removed('a'))).toBe('Removed Ann');
    expect(ofGroup(added('a', 'b'))).toBe('Added 2 members: Ann and Bob');
    expect(ofGroup(added('a', 'b', 'c'))).toBe('Added 3 members: Ann, Bob and 1 other');
    expect(ofGroup(removed('a', 'b', 'c', 'd'))).toBe('Removed 4 members: Ann, Bob and 2 others');
    expect(ofGroup(change('members', ['sent'], ['a']))).toBe('Added Ann');
    expect(phrasedMembers(added('a', 'b', 'c'))).toHaveLength(PHRASED_MEMBERS_MAX);
  });

  test('counts members without a name, and those that the event does not list', () => {
    expect(ofGroup(added('x'))).toBe('Added 1 member');
    expect(ofGroup(added('x', 'y'))).toBe('Added 2 members');
    expect(ofGroup(added('a', 'x'))).toBe('Added 2 members: Ann and 1 other');
    expect(ofGroup(added('a', 'b', 'c', '… and 1500 more'))).toBe('Added 1503 members: Ann, Bob and 1501 others');
    expect(phrasedMembers(added('a', '… and 1500 more'))).toEqual(['a']);
  });

  test('says from what to what a group was renamed', () => {
    expect(ofGroup(change('displayName', 'A', 'B'))).toBe('Renamed from A to B');
    expect(ofGroup(change('externalId', null, 'g-1'))).toBe('External id: nothing → g-1');
  });

  test('has the first change, and the number of the others', () => {
    expect(ofGroup(removed('b'), added('a'))).toBe('Removed Bob, and 1 other change');
    expect(ofGroup(change('displayName', 'A', 'B'), removed('b'), added('a'))).toBe(
      'Renamed from A to B, and 2 other changes',
    );
    expect(ofUser(change('title', 'A', 'B'), change('nickName', null, 'C'))).toBe('Title: A → B, and 1 other change');
    expect(ofUser(change('title', 'A', 'B'))).toBe('Title: A → B');
    expect(ofUser()).toBeUndefined();
    expect(ofGroup(added())).toBeUndefined();
  });

  test('has the words of a timeline: the state without active, the manager with the name, and no secret', () => {
    expect(ofUser(change('active', true, false), change('state', 'ACTIVATED', 'SUSPENDED'))).toBe(
      'State: activated → suspended',
    );
    expect(ofUser(change('manager', null, 'a'))).toBe('Manager: nothing → Ann');
    expect(ofUser(change('password', SECRET_MASK, SECRET_MASK))).toBe('Password: changed');
  });

  test('cuts the first change after CHANGE_PHRASE_LENGTH_MAX', () => {
    const title = 'x'.repeat(CHANGE_PHRASE_LENGTH_MAX - 'Title: a → '.length);
    expect(ofUser(change('title', 'a', title))).toBe(`Title: a → ${title}`);
    expect(ofUser(change('title', 'a', `${title}x`), change('nickName', null, 'C'))).toBe(
      `Title: a → ${title}…, and 1 other change`,
    );
  });
});
