import { expect, test } from 'vitest';
import { changedMeanwhile, changesOf, shownValues, withoutSent, withTyped, type TypedValues } from './typed-values.ts';

interface Values {
  readonly title: string;
  readonly city: string;
}
const saved: Values = { title: 'Clerk', city: 'Bern' };
const nothing: TypedValues<Values> = {};

test('keeps a typed field when the form is read again, and shows the new value of the others', () => {
  const typed = withTyped(nothing, saved, 'title', 'Cook');
  const again = { title: 'Pilot', city: 'Basel' };
  expect(shownValues(again, typed)).toEqual({ title: 'Cook', city: 'Basel' });
  expect(changesOf(typed)).toEqual({ title: 'Cook' });
});

test('names a typed field that another administrator has changed meanwhile', () => {
  const typed = withTyped(nothing, saved, 'title', 'Cook');
  expect(changedMeanwhile(saved, typed)).toEqual([]);
  expect(changedMeanwhile({ ...saved, city: 'Basel' }, typed)).toEqual([]);
  const again = { ...saved, title: 'Pilot' };
  expect(changedMeanwhile(again, withTyped(typed, again, 'title', 'Cooks'))).toEqual(['title']);
  expect(changedMeanwhile({ ...saved, title: 'Cook' }, typed)).toEqual([]);
});

test('does not count a field with the saved value as typed', () => {
  const typed = withTyped(nothing, saved, 'title', 'Cook');
  expect(withTyped(typed, saved, 'title', 'Clerk')).toEqual({});
});

test('keeps what was typed while the form was being saved', () => {
  const sent = { title: 'Cook', city: 'Basel' };
  const typed = withTyped(withTyped(nothing, saved, 'title', 'Cooks'), saved, 'city', 'Basel');
  const rest = withoutSent(typed, sent);
  expect(changesOf(rest)).toEqual({ title: 'Cooks' });
  expect(changedMeanwhile(sent, rest)).toEqual([]);
});
