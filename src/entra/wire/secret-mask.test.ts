import { describe, expect, it } from 'vitest';
import { SHORT_LIVED_TOKENS_MAX, SecretMask } from './secret-mask.ts';

describe('the secret mask', () => {
  it('masks a known secret, including its encoded forms in form fields and JSON', () => {
    const mask = new SecretMask();
    for (const nothing of [undefined, '']) mask.add(nothing);
    mask.add('a b"c');
    expect(mask.text('a b"c, a%20b%22c, a b\\"c, a b')).toBe('********, ********, ********, a b');
  });

  it.each([
    ['{"access_token": "a\\"b", "expires_in": 3}', '{"access_token": "********", "expires_in": 3}'],
    ['{"PASSWORD":"a","passwords":"b"}', '{"PASSWORD":"********","passwords":"b"}'],
    ['{"op":"add","path":"password","value":"a"}', '{"op":"add","path":"password","value":"********"}'],
    ['a=1&client_secret=x%20y&b=2', 'a=1&client_secret=********&b=2'],
    ['{"userName":"ann"}', '{"userName":"ann"}'],
  ])('masks a value only if its field name is that of a secret: %s', (text, masked) => {
    expect(new SecretMask().text(text)).toBe(masked);
  });

  it('masks headers that contain credentials or cookies', () => {
    expect(new SecretMask().headers({ Authorization: 'Bearer x', 'Set-Cookie': 'a=b', Accept: 'c' })).toEqual({
      Authorization: 'Bearer ********',
      'Set-Cookie': '********',
      Accept: 'c',
    });
  });

  it('masks only the most recent short-lived tokens', () => {
    const mask = new SecretMask();
    for (let index = 0; index <= SHORT_LIVED_TOKENS_MAX; index += 1) mask.addShortLived(`<${index}>`);
    mask.addShortLived(`<${SHORT_LIVED_TOKENS_MAX}>`);
    expect(mask.text('<0> <1>')).toBe('<0> ********');
  });
});
