import { describe, expect, it } from 'vitest';
import { listOf, optionsFor, startScriptedServer, TOKEN, type Script } from './scripted-server.fixture.ts';
import { validateCredentials } from './validate-credentials.ts';

const P = 'SystemForCrossDomainIdentityManagement';
const both = { user: 'userName', group: 'displayName' };

async function validate(
  script: Script,
  matching: { readonly user: string; readonly group: string | null } = both,
  timeoutMs = 5_000,
) {
  await using server = await startScriptedServer(script);
  const result = await validateCredentials(optionsFor(`${server.url}/scim`, { requestTimeoutMs: timeoutMs }), matching);
  return {
    result,
    url: server.url,
    lines: server.received.map(({ line }) => line.replace(/%22[\da-f-]{36}%22/, 'GUID')),
  };
}

describe('Test Connection', () => {
  it('searches for a user and a group that do not exist', async () => {
    const { result, lines } = await validate(() => ({ body: listOf() }));
    expect(result).toMatchObject({
      ok: true,
      exchanges: [{ response: { status: 200 } }, { response: { status: 200 } }],
    });
    expect(lines).toEqual([
      'GET /scim/Users?filter=userName+eq+GUID',
      'GET /scim/Groups?excludedAttributes=members&filter=displayName+eq+GUID',
    ]);
  });

  it('searches only for a user if groups are not provisioned', async () => {
    const { lines } = await validate(() => ({ body: listOf() }), { user: 'externalId', group: null });
    expect(lines).toEqual(['GET /scim/Users?filter=externalId+eq+GUID']);
  });

  const html = { body: '<!DOCTYPE html>', headers: { 'content-type': 'text/html' } };

  it.each<[string, Script, string, string | RegExp]>([
    [
      '401',
      () => ({ status: 401, body: {} }),
      'CredentialValidationFailure',
      /^You appear to have entered invalid credentials\./,
    ],
    [
      '403',
      () => ({ status: 403, body: {} }),
      'CredentialValidationFailure',
      /^You appear to have entered invalid credentials\./,
    ],
    [
      '403 from a proxy',
      () => ({ status: 403, ...html }),
      'CredentialValidationUnavailable',
      /^We received this unexpected response from your application: Received response from Web resource\.\n/,
    ],
    [
      '403 from a proxy, without a media type',
      () => ({ status: 403, body: ' <html>', headers: {} }),
      'CredentialValidationUnavailable',
      /Response Content:  <html>$/,
    ],
    [
      '500',
      () => ({ status: 500, body: 'oops' }),
      'CredentialValidationUnavailable',
      /Response Status Code: InternalServerError\n.*\n {3}Response Content: oops$/,
    ],
    ['429', () => ({ status: 429 }), 'CredentialValidationUnavailable', /TooManyRequests/],
    ['302', () => ({ status: 302 }), 'CredentialValidationUnavailable', /Found/],
    ['404', () => ({ status: 404, body: {} }), 'ServiceIncompatible', /^An HTTP\/404 Not Found response was returned/],
    [
      '404 for groups',
      ({ line }) => (line.includes('/Groups') ? { status: 404 } : { body: listOf() }),
      'ServiceIncompatible',
      /Resource: http:\/\/127\.0\.0\.1:\d+\/scim\/Groups\?/,
    ],
    ['400', () => ({ status: 400, body: {} }), 'ServiceIncompatibleFiltering', /^StatusCode: BadRequest/],
    ['HTML', () => html, 'ServiceIncompatible', /^We are not able to deserialize the resource .*: <!DOCTYPE html>/],
    ['a resource instead of a list', () => ({ body: { id: 'x' } }), 'ServiceIncompatible', /totalResults/],
    [
      'members in a list of groups',
      ({ line }) => ({ body: line.includes('/Groups') ? listOf({ id: 'g', members: [{ value: 'a' }] }) : listOf() }),
      'MultipleEntriesInResponse',
      /members/,
    ],
    [
      'a closed connection',
      () => (response) => response.destroy(),
      'CredentialValidationUnavailable',
      /No response came from Web resource\./,
    ],
    ['a server that does not respond', () => () => {}, 'CredentialValidationUnavailable', /within 100 ms/],
  ])('fails with an error in the case of %s', async (what, script, code, message) => {
    const { result, lines } = await validate(script, both, what === 'a server that does not respond' ? 100 : 5_000);
    expect(result).toMatchObject({ ok: false, code: `${P}${code}`, message: expect.stringMatching(message) });
    // Each search is sent only once: it is not retried.
    expect(lines.length).toBeLessThanOrEqual(2);
    expect(new Set(lines).size).toBe(lines.length);
    expect(JSON.stringify(result)).not.toContain(TOKEN);
  });

  it('reports that no server is listening', async () => {
    const result = await validateCredentials(optionsFor('http://127.0.0.1:1/scim'), both);
    expect(result).toMatchObject({
      ok: false,
      code: `${P}CredentialValidationUnavailable`,
      exchange: { response: null, error: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('reports that the token endpoint returned no token', async () => {
    await using server = await startScriptedServer(() => ({ status: 401 }));
    const options = optionsFor(server.url, {
      authentication: 'OAuth2ClientCredentialsGrant',
      secrets: { oauth2ClientId: 'a', oauth2ClientSecret: 'b', oauth2TokenExchangeUri: server.url },
    });
    expect(await validateCredentials(options, both)).toMatchObject({
      ok: false,
      code: 'CredentialValidationUnavailable',
      message: expect.stringContaining('Supported CredentialLocationInRequest is required.'),
      exchange: { request: { method: 'POST', url: '/' } },
    });
  });

  it('throws a "usage" error for an invalid Tenant URL', async () => {
    await expect(validateCredentials(optionsFor('host.example'), both)).rejects.toMatchObject({ code: 'usage' });
  });
});
