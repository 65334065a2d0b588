import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialOf, requestOrigin } from './request-origin.ts';

const app = fastify({ logger: false });
beforeAll(async () => {
  app.get('/scim/v2/Users', (request) => ({ credential: credentialOf(request), origin: requestOrigin(request) }));
  await app.ready();
});
afterAll(() => app.close());

const answerTo = async (headers: Readonly<Record<string, string>>, url = '/scim/v2/Users') =>
  (await app.inject({ url, headers })).json();

describe('the credential of a request', () => {
  test.for<[string, Readonly<Record<string, string>>, { key?: string; authMethod: string }]>([
    ['a bearer token', { authorization: 'Bearer tnh_a' }, { key: 'tnh_a', authMethod: 'bearer' }],
    [
      'a bearer token, whatever the letter case of the scheme',
      { authorization: 'bEARER   tnh_a ' },
      { key: 'tnh_a', authMethod: 'bearer' },
    ],
    ['the x-api-key header', { 'x-api-key': 'tnh_a' }, { key: 'tnh_a', authMethod: 'x-api-key' }],
    [
      'the bearer token if the x-api-key header is also sent',
      { authorization: 'Bearer tnh_a', 'x-api-key': 'tnh_b' },
      { key: 'tnh_a', authMethod: 'bearer' },
    ],
    [
      'a session token sent as a bearer token',
      { authorization: 'Bearer tns_a' },
      { key: 'tns_a', authMethod: 'session' },
    ],
    ['a session token sent in the x-api-key header', { 'x-api-key': 'tns_a' }, { key: 'tns_a', authMethod: 'session' }],
    [
      'the value of x-api-key if the Authorization header has another scheme',
      { authorization: 'Basic YTpi', 'x-api-key': 'k' },
      { key: 'k', authMethod: 'x-api-key' },
    ],
    ['missing if the scheme is not Bearer', { authorization: 'Basic YTpi' }, { authMethod: 'x-api-key' }],
    ['missing if no token follows the scheme', { authorization: 'Bearer ' }, { authMethod: 'x-api-key' }],
    ['missing if two tokens follow the scheme', { authorization: 'Bearer a b' }, { authMethod: 'x-api-key' }],
    ['missing if there are no headers', {}, { authMethod: 'x-api-key' }],
  ])('is %s', async ([, headers, credential]) => {
    expect((await answerTo(headers)).credential).toEqual(credential);
  });
});

describe('the origin that events record for a request', () => {
  test('contains the path without the query, which may contain personal data', async () => {
    const { origin } = await answerTo({}, '/scim/v2/Users?filter=userName%20eq%20%22ann%22');
    expect(origin).toMatchObject({ method: 'GET', path: '/scim/v2/Users', clientIp: '127.0.0.1' });
    expect(JSON.stringify(origin)).not.toContain('ann');
  });

  test('does not contain the credential', async () => {
    const { origin } = await answerTo({ authorization: 'Bearer tnh_secret', 'user-agent': 'curl/8' });
    expect(origin).toMatchObject({ authMethod: 'bearer', userAgent: 'curl/8' });
    expect(JSON.stringify(origin)).not.toContain('tnh_secret');
  });
});
