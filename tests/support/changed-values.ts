/** The values that a client puts in place of each part of a cursor. */
const hostile: readonly unknown[] = [
  null,
  'abc',
  'a\0b',
  '\ud800',
  -5,
  1.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  [],
  { '\0': 1 },
];

/** Positions in the order of commits that the database does not accept. */
const hostilePositions = [
  '5:3:',
  '3:9:8,4',
  '3:9:9',
  '0:0:',
  '99999999999999999999:99999999999999999999:',
  '3:9:/5:3:/4/1',
  '3:9:/3:9:/99999999999999999999/1',
  '999999999999999.01234567',
];

/** Returns the decoded value of a cursor with each of its parts replaced, and with one part added. */
export function* changedValues(value: unknown): Generator<unknown> {
  yield* hostile;
  if (typeof value === 'string' && /^\d+[:.]/.test(value)) yield* hostilePositions;
  if (Array.isArray(value)) {
    yield [...value, 1];
    for (const [index, part] of value.entries()) {
      for (const other of changedValues(part)) yield value.with(index, other);
    }
  } else if (typeof value === 'object' && value !== null) {
    yield { ...value, added: 1 };
    for (const [name, part] of Object.entries(value)) {
      for (const other of changedValues(part)) yield { ...value, [name]: other };
    }
  }
}
