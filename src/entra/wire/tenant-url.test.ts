import { describe, expect, it } from 'vitest';
import { filterOf } from './filter.ts';
import { parseTenantUrl, requestTarget, TENANT_URL_LENGTH_MAX, type ParameterStyle } from './tenant-url.ts';
import { encodeFilterValue, encodeFormText } from './url-encoding.ts';

describe('the Tenant URL', () => {
  it.each<[string, string, string | undefined, boolean]>([
    ['https://host.example/scim/v2', '/scim/v2/Users', undefined, false],
    ['https://host.example/scim/v2/', '/scim/v2/Users', undefined, false],
    ['https://host.example', '/Users', undefined, false],
    ['https://host.example//scim//v2//', '/scim/v2/Users', undefined, false],
    ['  https://host.example/scim/v2  ', '/scim/v2/Users', undefined, false],
    ['https://host.example/scim/v2/?aadOptscim062020', '/scim/v2/Users?aadOptscim062020', undefined, true],
    ['https://host.example/scim/v2?aadOptscim062020', '/scim/v2/Users?aadOptscim062020', undefined, true],
    ['https://host.example/scim/v2?aadOptscim062020=', '/scim/v2/Users?aadOptscim062020=', undefined, true],
    ['https://host.example/scim/v2?aadOptscim062020=true', '/scim/v2/Users?aadOptscim062020=true', undefined, true],
    ['https://host.example/scim/v2?aadOptscim062020=false', '/scim/v2/Users?aadOptscim062020=false', undefined, false],
    ['https://host.example/scim/v2?AADOPTSCIM062020', '/scim/v2/Users?AADOPTSCIM062020', undefined, true],
    ['https://host.example/scim?AzureAdScimPatch062020', '/scim/Users?AzureAdScimPatch062020', undefined, true],
    ['https://host.example/scim?AzureAdScimPatch2017', '/scim/Users?AzureAdScimPatch2017', undefined, false],
    ['https://host.example/scim?t=7&aadOptscim062020', '/scim/Users?t=7&aadOptscim062020', undefined, true],
    ['https://host.example/scim?aadOptscim062020&t=a%20b', '/scim/Users?aadOptscim062020&t=a%20b', undefined, true],
    ['https://host.example/scim?', '/scim/Users', undefined, false],
    ['http://host.example:8080/scim', '/scim/Users', 'host.example:8080', false],
    ['https://host.example:443/scim', '/scim/Users', 'host.example', false],
  ])('with the value "%s" results in the request target %s', (text, target, host, hasFlag) => {
    const tenant = parseTenantUrl(text);
    expect(requestTarget(tenant, ['Users'])).toBe(target);
    expect(tenant.hasFlag).toBe(hasFlag);
    if (host !== undefined) expect(tenant.host).toBe(host);
  });

  it('has a default port, and an IPv6 address in it becomes a hostname without brackets', () => {
    expect(parseTenantUrl('https://host.example')).toMatchObject({ isSecure: true, port: 443 });
    expect(parseTenantUrl('http://host.example')).toMatchObject({ isSecure: false, port: 80 });
    expect(parseTenantUrl('http://[::1]:99/a')).toMatchObject({ hostname: '::1', host: '[::1]:99', port: 99 });
  });

  it.each(['', 'host.example/scim', 'ftp://host.example', 'https://', 'https://user:secret@host.example/scim'])(
    'cannot be %j',
    (text) => {
      expect(() => parseTenantUrl(text)).toThrow(expect.objectContaining({ code: 'usage', attribute: 'tenantUrl' }));
    },
  );

  it('has at most TENANT_URL_LENGTH_MAX characters', () => {
    const longest = `https://host.example/${'a'.repeat(TENANT_URL_LENGTH_MAX - 21)}`;
    expect(parseTenantUrl(longest).path).toHaveLength(TENANT_URL_LENGTH_MAX - 20);
    expect(() => parseTenantUrl(`${longest}a`)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('the target of a request', () => {
  const flagged = parseTenantUrl('https://host.example/scim/v2/?aadOptscim062020');
  const plain = parseTenantUrl('https://host.example/scim');
  const guid = '7d420df3-9995-4831-a406-ecf8166f5f6a';

  it('equals the target of the request that was captured from Entra ID', () => {
    const filter = filterOf('userName', guid);
    expect(requestTarget(plain, ['Users'], { filter })).toBe(`/scim/Users?filter=userName+eq+%22${guid}%22`);
    expect(requestTarget(flagged, ['Users'], { filter })).toBe(
      `/scim/v2/Users?aadOptscim062020&filter=userName+eq+%22${guid}%22`,
    );
    expect(
      requestTarget(plain, ['Groups'], { filter: filterOf('displayName', guid), excludedAttributes: ['members'] }),
    ).toBe(`/scim/Groups?excludedAttributes=members&filter=displayName+eq+%22${guid}%22`);
  });

  it('has its query parameters in the order of Microsoft’s library', () => {
    const query = { count: 5, startIndex: 11, filter: 'x', excludedAttributes: ['b'], attributes: ['a', 'c'] };
    expect(requestTarget(flagged, ['Users', 'a/b ?'], query)).toBe(
      '/scim/v2/Users/a%2Fb%20%3F?aadOptscim062020&attributes=a%2cc&excludedAttributes=b&filter=x&startIndex=11&count=5',
    );
  });

  it.each<[ParameterStyle, string]>([
    [{ position: 'first', equalsSign: false }, 'aadOptscim062020&count=1'],
    [{ position: 'first', equalsSign: true }, 'aadOptscim062020=&count=1'],
    [{ position: 'last', equalsSign: false }, 'count=1&aadOptscim062020'],
    [{ position: 'last', equalsSign: true }, 'count=1&aadOptscim062020='],
  ])('has the flag in the position and form that the style %j specifies', (style, query) => {
    expect(requestTarget(flagged, ['Users'], { count: 1 }, style)).toBe(`/scim/v2/Users?${query}`);
  });
});

describe('a filter', () => {
  it.each([
    ['userName', 'ann@contoso.example', 'userName+eq+%22ann%40contoso.example%22'],
    ['emails[type eq "work"].value', 'a@b.c', 'emails%5btype+eq+%22work%22%5d.value+eq+%22a%40b.c%22'],
    ['urn:x:2.0:User:a', '1', 'urn%3ax%3a2.0%3aUser%3aa+eq+%221%22'],
    // Entra ID does not escape quotation marks in the value, so the first one ends the string in the filter.
    ['displayName', 'The "A" team', 'displayName+eq+%22The+%22A%22+team%22'],
    ['displayName', 'back\\slash', 'displayName+eq+%22back%5Cslash%22'],
    ['displayName', 'Zoë & Co #1', 'displayName+eq+%22Zo%C3%AB+%26+Co+%231%22'],
    // A percent escape in the value is not encoded again, so the server decodes it.
    ['displayName', '100% %41', 'displayName+eq+%22100%25+%41%22'],
    ['displayName', "it's (a) +b!*", 'displayName+eq+%22it%27s+(a)+%2bb!*%22'],
    ['displayName', '\ud800', 'displayName+eq+%22%EF%BF%BD%22'],
    ['displayName', 'a\r\nb', 'displayName+eq+%22a%0D%0Ab%22'],
    ['displayName', '😀', 'displayName+eq+%22%F0%9F%98%80%22'],
  ])('for %s and the value %j is encoded as %s', (attribute, value, expected) => {
    expect(filterOf(attribute, value)).toBe(expected);
  });

  it('is encoded as HttpUtility.UrlEncode does', () => {
    expect(encodeFormText('a b"\'~-_.!*()[]@ä')).toBe('a+b%22%27%7e-_.!*()%5b%5d%40%c3%a4');
    expect(encodeFilterValue('{}|^`<>')).toBe('%7B%7D%7C%5E%60%3C%3E');
  });
});
