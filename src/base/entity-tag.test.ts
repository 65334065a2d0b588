import { expect, test } from 'vitest';
import { contentTag, requireMatch, tagsOf } from './entity-tag.ts';

test('an entity tag follows from the content alone', () => {
  expect(contentTag({ a: 1 })).toBe(contentTag({ a: 1 }));
  expect(contentTag({ a: 1 })).not.toBe(contentTag({ a: 2 }));
});

test('refuses a change of another version, and allows the same one, any version, and no condition', () => {
  const tag = contentTag({ a: 1 });
  for (const ifMatch of [undefined, tag, `W/${tag}`, `"other", ${tag}`, '*']) {
    expect(() => requireMatch(({ admin }) => admin.schemas.ofApplication, ifMatch, tag), ifMatch).not.toThrow();
  }
  for (const ifMatch of [contentTag({ a: 2 }), 'no tag', '']) {
    expect(() => requireMatch(({ admin }) => admin.schemas.ofApplication, ifMatch, tag), ifMatch).toThrow(
      expect.objectContaining({ code: 'versionMismatch', message: expect.stringContaining('has changed since') }),
    );
  }
  expect(tagsOf('W/"3", "4", 5')).toEqual(['3', '4']);
});
