import { describe, expect, it } from 'vitest';
import type { ApplicationSecrets } from '../application/application.ts';
import { openScimTransport, type ScimRequest } from './scim-transport.ts';
import { optionsFor, startScriptedServer, type Scripted, type ScriptedServer } from './scripted-server.fixture.ts';
import type { WireExchange } from './target-client.ts';

const read: ScimRequest = { method: 'GET', segments: ['Users', 'x'] };
const authorizationOf = ({ headers }: { readonly headers: readonly (readonly [string, string])[] }) =>
  new Map(headers).get('Authorization');

function open(server: ScriptedServer, location: 'Header' | 'Body', now?: () => Date, more: ApplicationSecrets = {}) {
  const exchanges: WireExchange[] = [];
  const transport = openScimTransport(
    optionsFor(`${server.url}/scim`, {
      authentication: 'OAuth2ClientCredentialsGrant',
      credentialLocationInRequest: location,
      secrets: {
        oauth2ClientId: 'client a',
        oauth2ClientSecret: 's&cr%t',
        oauth2TokenExchangeUri: `${server.url}/oauth/token?tenant=7`,
        ...more,
      },
      ...(now !== undefined && { clock: { now } }),
    }),
  );
  const send = async () => await transport.send(read, (exchange) => void exchanges.push(exchange));
  return { send, exchanges, close: transport.close };
}

/** Starts a server that issues the tokens token-1, token-2 and so on. It refuses requests whose Authorization header is in `refused`. */
function startTarget(answer: (count: number) => Scripted, refused: readonly string[] = []) {
  let tokens = 0;
  return startScriptedServer((received) => {
    if (received.line.startsWith('POST /oauth')) return answer((tokens += 1));
    return { status: refused.includes(authorizationOf(received) ?? '') ? 401 : 200, body: {} };
  });
}

const granted = (count: number, seconds: number | string = 3_600): Scripted => ({
  body: { access_token: `token-${count}`, token_type: 'Bearer', expires_in: seconds },
});

describe('OAuth 2 client credentials', () => {
  it('can be sent in the Authorization header', async () => {
    await using server = await startTarget(granted);
    const { send, exchanges, close } = open(server, 'Header');
    expect((await send()).status).toBe(200);
    close();
    const [token, request] = server.received;
    expect(token?.line).toBe('POST /oauth/token?tenant=7');
    expect(token?.body).toBe('grant_type=client_credentials');
    expect(token?.headers).toEqual([
      ['Host', server.url.replace('http://', '')],
      ['Authorization', `Basic ${Buffer.from('client+a:s%26cr%25t').toString('base64')}`],
      ['Accept', 'application/json'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['Content-Length', '29'],
      ['Connection', 'keep-alive'],
    ]);
    expect(authorizationOf(request ?? { headers: [] })).toBe('Bearer token-1');
    expect(exchanges).toHaveLength(2);
    expect(exchanges[0]).toMatchObject({
      request: { headers: { Authorization: 'Basic ********' } },
      response: { body: '{"access_token":"********","token_type":"Bearer","expires_in":3600}' },
    });
    expect(JSON.stringify(exchanges)).not.toMatch(/token-1|s&cr%t|s%26cr%25t/);
  });

  it('can be sent in the request body', async () => {
    await using server = await startTarget(granted);
    const { send, exchanges, close } = open(server, 'Body');
    await send();
    close();
    expect(server.received[0]?.body).toBe('grant_type=client_credentials&client_id=client+a&client_secret=s%26cr%25t');
    expect(authorizationOf(server.received[0] ?? { headers: [] })).toBeUndefined();
    expect(exchanges[0]?.request.body).toBe('grant_type=client_credentials&client_id=client+a&client_secret=********');
  });

  it('are exchanged for a token only once for several requests, including concurrent ones', async () => {
    await using server = await startTarget(granted);
    const { send, close } = open(server, 'Header');
    await Promise.all([send(), send(), send()]);
    await send();
    close();
    expect(server.received.filter(({ line }) => line.startsWith('POST'))).toHaveLength(1);
  });

  it.each<[number | string, number, number]>([
    [3_600, 3_539, 1],
    [3_600, 3_541, 2],
    // A token with a short lifetime is used for half of it.
    [60, 29, 1],
    [60, 31, 2],
    // A token without a valid lifetime is treated as valid for an hour.
    ['soon', 3_539, 1],
    ['soon', 3_541, 2],
  ])(
    'are exchanged for a token with expires_in %j, and %d seconds later a request uses token number %d',
    async (lifetime, seconds, number) => {
      let time = Date.parse('2026-01-05T09:00:00Z');
      await using server = await startTarget((count) => granted(count, lifetime));
      const { send, close } = open(server, 'Header', () => new Date(time));
      await send();
      time += seconds * 1_000;
      await send();
      close();
      expect(authorizationOf(server.received.at(-1) ?? { headers: [] })).toBe(`Bearer token-${number}`);
    },
  );

  it('are exchanged for a new token if the token is refused', async () => {
    await using server = await startTarget(granted, ['Bearer token-1']);
    const { send, close } = open(server, 'Header');
    expect((await send()).status).toBe(200);
    close();
    expect(server.received.map(({ line }) => line)).toEqual([
      'POST /oauth/token?tenant=7',
      'GET /scim/Users/x',
      'POST /oauth/token?tenant=7',
      'GET /scim/Users/x',
    ]);
  });

  it('are exchanged for a new token only once if several requests are refused', async () => {
    await using server = await startTarget(granted, ['Bearer token-1']);
    const { send, close } = open(server, 'Header');
    const answers = await Promise.all([send(), send(), send(), send()]);
    close();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(server.received.filter(({ line }) => line.startsWith('POST'))).toHaveLength(2);
  });

  it('are not exchanged a third time if the second token is refused too', async () => {
    await using server = await startTarget(granted, ['Bearer token-1', 'Bearer token-2']);
    const { send, close } = open(server, 'Header');
    expect((await send()).status).toBe(401);
    close();
    expect(server.received).toHaveLength(4);
  });

  it.each<[string, 'Header' | 'Body', Scripted, string]>([
    [
      '400',
      'Header',
      { status: 400, body: { error: 'invalid_client' } },
      'Supported CredentialLocationInRequest is required.',
    ],
    ['401', 'Body', { status: 401, body: {} }, 'Supported CredentialLocationInRequest is required.'],
    ['415', 'Header', { status: 415, body: 'no' }, 'StatusCode: UnsupportedMediaType Web Response: no'],
    ['201', 'Header', { status: 201, body: { access_token: 'leaked' } }, 'StatusCode: Created'],
    ['HTML', 'Header', { body: '<html>' }, 'Web Response: <html>'],
    ['a response without a token', 'Header', { body: { token_type: 'Bearer' } }, 'returned no token'],
    ['another type of token', 'Header', { body: { access_token: 'a', token_type: 'mac' } }, 'returned no token'],
    ['a closed connection', 'Header', (response) => response.destroy(), 'returned no token'],
  ])('cannot be exchanged if the result of the token request is %s', async (_, location, scripted, text) => {
    await using server = await startTarget(() => scripted);
    const { send, exchanges, close } = open(server, location);
    const failure = { errorCode: 'CredentialValidationUnavailable', scope: 'endpoint' };
    const error: unknown = await send().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ failure, message: expect.stringContaining(text) });
    expect(String(error)).not.toContain('leaked');
    // The next request exchanges the credentials again.
    await expect(send()).rejects.toMatchObject({ failure });
    close();
    expect(server.received.filter(({ line }) => line.startsWith('POST'))).toHaveLength(2);
    expect(exchanges).toHaveLength(2);
  });

  it('cannot be used without a valid URL for the token endpoint', async () => {
    await using server = await startTarget(granted);
    for (const uri of ['', 'token.example']) {
      expect(() => open(server, 'Header', undefined, { oauth2TokenExchangeUri: uri })).toThrow(
        expect.objectContaining({ code: 'usage', attribute: 'oauth2TokenExchangeUri' }),
      );
    }
  });
});
