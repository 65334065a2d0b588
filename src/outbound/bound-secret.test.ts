import { describe, expect, test } from 'vitest';
import { changeSecret, originOf, SECRET_MASK } from './bound-secret.ts';

const at = (url: string) => ({ BaseAddress: originOf(url) });
const change = (to: string, given?: string | null, saved: string | undefined = 'saved') =>
  changeSecret({ name: 'SecretToken', saved, given, before: at('https://a.example/scim'), after: at(to) });

describe('a saved secret', () => {
  const same = ['https://a.example/scim', 'https://a.example', 'https://A.example:443/other?x=1'];
  test.for(same)('is kept for the same origin: %s', (url) => {
    expect(change(url)).toEqual({ value: 'saved', deletedBy: undefined });
    expect(change(url, SECRET_MASK)).toEqual({ value: 'saved', deletedBy: undefined });
  });

  test.for([
    'http://a.example/scim',
    'https://a.example:8443/scim',
    'https://b.example/scim',
    'https://a.example.evil.example/scim',
    'https://a.example./scim',
    'https://sub.a.example/scim',
    'https://а.example/scim',
  ])('is deleted for another origin, and the mask is refused there: %s', (url) => {
    expect(change(url)).toEqual({ value: undefined, deletedBy: 'BaseAddress' });
    expect(change(url, 'new')).toEqual({ value: 'new', deletedBy: undefined });
    expect(change(url, null)).toEqual({ value: undefined, deletedBy: undefined });
    expect(() => change(url, SECRET_MASK)).toThrow(
      /entered for another BaseAddress: enter the SecretToken again for http/,
    );
  });

  test('is kept for another spelling of the same internationalized domain name', () => {
    const before = at('https://bücher.example/scim');
    for (const url of ['https://xn--bcher-kva.example/scim', 'https://BÜCHER.example:443/']) {
      const kept = changeSecret({ name: 'SecretToken', saved: 'x', given: SECRET_MASK, before, after: at(url) });
      expect(kept.value).toBe('x');
    }
  });

  test('that does not exist cannot be kept by the mask', () => {
    const missing = { name: 'SecretToken', saved: undefined, before: at('https://a'), after: at('https://a') };
    expect(() => changeSecret({ ...missing, given: SECRET_MASK })).toThrow(
      /no SecretToken is saved: enter the SecretToken/,
    );
    expect(changeSecret({ ...missing, given: undefined })).toEqual({ value: undefined, deletedBy: undefined });
  });

  test('is deleted if any of its destinations changes', () => {
    const before = { BaseAddress: 'a', Oauth2TokenExchangeUri: 'b' };
    const secret = { name: 'Oauth2ClientSecret', saved: 'x', given: undefined, before };
    for (const after of [
      { ...before, Oauth2TokenExchangeUri: 'c' },
      { ...before, Oauth2TokenExchangeUri: undefined },
      { ...before, BaseAddress: 'c' },
    ]) {
      expect(changeSecret({ ...secret, after }).value).toBeUndefined();
    }
    expect(changeSecret({ ...secret, after: before }).value).toBe('x');
  });
});
