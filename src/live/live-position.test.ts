import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretBox } from '#base/secret-box.ts';
import { decodePositions, encodePositions, POSITION_LENGTH_MAX } from './live-position.ts';

const secrets = createSecretBox(randomBytes(32));
const positions = new Map([['events', '10:12:11/10:15:/13/48213']] as const);

test('the id of a message contains the database and the positions of the sources', () => {
  const id = encodePositions(secrets, 'main', positions);
  expect(id).toMatch(/^[\w.-]+$/);
  expect(decodePositions(secrets, id)).toEqual({ shard: 'main', positions });
});

test('the id of a message shows neither the database nor a position, and cannot be changed', () => {
  const id = encodePositions(secrets, 'main', positions);
  expect(id).not.toBe(encodePositions(secrets, 'main', positions));
  const bytes = Buffer.from(id.replace(/^v1\./, ''), 'base64url');
  expect(bytes.toString('latin1')).not.toMatch(/main|48213|events/);
  for (const index of [0, 20, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(decodePositions(secrets, `v1.${changed.toString('base64url')}`)).toBeUndefined();
  }
  expect(decodePositions(createSecretBox(randomBytes(32)), id)).toBeUndefined();
});

test('an id of up to POSITION_LENGTH_MAX characters is decoded, and a text of another form is not', () => {
  const ofLength = (length: number) => encodePositions(secrets, 'main', new Map([['events', 'x'.repeat(length)]]));
  let longest = POSITION_LENGTH_MAX / 2;
  while (ofLength(longest + 1).length <= POSITION_LENGTH_MAX) longest += 1;
  expect(decodePositions(secrets, ofLength(longest))?.shard).toBe('main');
  expect(decodePositions(secrets, ofLength(longest + 1))).toBeUndefined();
  for (const value of ['', 'x', [], {}, ['main'], ['main', []], [1, {}]]) {
    const id = typeof value === 'string' ? value : secrets.seal(JSON.stringify(value));
    expect(decodePositions(secrets, id), id).toBeUndefined();
  }
});
