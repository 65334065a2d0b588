import { expect, test } from 'vitest';
import { decodePositions, encodePositions, POSITION_LENGTH_MAX } from './live-position.ts';

test('the id of a message contains the database and the positions of the sources', () => {
  const positions = new Map([['events', '10:12:11/10:15:/13/48213']] as const);
  const id = encodePositions('main', positions);
  expect(id).toMatch(/^[\w-]+$/);
  expect(decodePositions(id)).toEqual({ shard: 'main', positions });
});

test('an id of up to POSITION_LENGTH_MAX characters is decoded, and a text of another form is not', () => {
  const ofLength = (length: number) => encodePositions('main', new Map([['events', 'x'.repeat(length)]]));
  const overhead = JSON.stringify(['main', { events: '' }]).length;
  const longest = (POSITION_LENGTH_MAX * 3) / 4 - overhead;
  expect(ofLength(longest)).toHaveLength(POSITION_LENGTH_MAX);
  expect(decodePositions(ofLength(longest))?.shard).toBe('main');
  expect(decodePositions(ofLength(longest + 1))).toBeUndefined();
  for (const value of ['', 'x', [], {}, ['main'], ['main', []], [1, {}]]) {
    const id = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
    expect(decodePositions(id), id).toBeUndefined();
  }
});
