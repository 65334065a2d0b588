/**
 * Returns the fields of a form that the reader has changed: the others may have been changed by someone else since the form was opened.
 *
 * @param body what the form would send
 * @param before the object as it was when the form was opened; a field that it does not have counts as empty
 * @example
 * differingFields({ name: 'Pilots', description: '' }, { name: 'Crew', description: null }); // { name: 'Pilots' }
 */
export function differingFields<Body extends object>(body: Body, before: object): Partial<Body> {
  const known = new Map<string, unknown>(Object.entries(before));
  const changed = Object.entries(body).filter(([field, value]) => textOf(known.get(field)) !== textOf(value));
  return Object.fromEntries(changed) as Partial<Body>;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return '';
  return JSON.stringify(Array.isArray(value) ? value.map(String).toSorted() : value);
}
