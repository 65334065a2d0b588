import { describe, expect, it } from 'vitest';
import { PASSING_TOKENS_MAX, SecretMask } from './secret-mask.ts';

describe('the mask', () => {
  it('takes out a secret as it is, in a form and in JSON', () => {
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
  ])('takes out what names itself a secret: %s', (text, masked) => {
    expect(new SecretMask().text(text)).toBe(masked);
  });

  it('takes out headers', () => {
    expect(new SecretMask().headers({ Authorization: 'Bearer x', 'Set-Cookie': 'a=b', Accept: 'c' })).toEqual({
      Authorization: 'Bearer ********',
      'Set-Cookie': '********',
      Accept: 'c',
    });
  });

  it('knows the last of tokens that pass', () => {
    const mask = new SecretMask();
    for (let index = 0; index <= PASSING_TOKENS_MAX; index += 1) mask.addPassing(`<${index}>`);
    mask.addPassing(`<${PASSING_TOKENS_MAX}>`);
    expect(mask.text('<0> <1>')).toBe('<0> ********');
  });
});
