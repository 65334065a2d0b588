import { describe, expect, test } from 'vitest';
import type { LoggedRequest } from '../queries.ts';
import { baseUrlOf, productOf } from './product.ts';
import { blockersOf, setupStateOf } from './setup-state.ts';

const request = (kind: LoggedRequest['kind'], more: Partial<LoggedRequest> = {}) =>
  ({ id: kind, kind, outcome: 'accepted', resourceType: 'User', status: 200, ...more }) as LoggedRequest;
const userTest = request('connectionTest');
const groupTest = request('connectionTest', { resourceType: 'Group' });
const never = { lastRequestAt: null };
const connected = { lastRequestAt: '2026-01-05T08:00:00.000Z' };
const nothing = {
  product: 'entra',
  source: never,
  people: 0,
  usualIntervalMinutes: null,
  arrivals: undefined,
} as const;

describe('the position in the set-up is', () => {
  test.for([
    ['the application until something has arrived', nothing, 'application'],
    [
      'Test Connection once a request was refused',
      { ...nothing, arrivals: { newest: [request('unknown', { outcome: 'refused' as const })], creates: [] } },
      'connect',
    ],
    [
      'the mapping once a source other than Entra ID has asked anything',
      { ...nothing, product: 'okta', source: connected, arrivals: { newest: [request('list')], creates: [] } },
      'map',
    ],
    [
      'the first request while that of a source other than Entra ID was refused',
      {
        ...nothing,
        product: 'other',
        source: connected,
        arrivals: { newest: [request('list', { outcome: 'refused' as const })], creates: [] },
      },
      'connect',
    ],
    [
      'Test Connection while only the question about a user has arrived',
      { ...nothing, source: connected, arrivals: { newest: [userTest], creates: [] } },
      'connect',
    ],
    [
      'Test Connection while one of its questions was refused',
      {
        ...nothing,
        source: connected,
        arrivals: { newest: [{ ...groupTest, outcome: 'refused' as const }, userTest], creates: [] },
      },
      'connect',
    ],
    [
      'the mapping once both questions have arrived',
      { ...nothing, source: connected, arrivals: { newest: [groupTest, userTest], creates: [] } },
      'map',
    ],
    [
      'the mapping if the test was more than a day ago',
      { ...nothing, source: connected, arrivals: { newest: [], creates: [] } },
      'map',
    ],
    [
      'Provision on demand once a person was refused',
      {
        ...nothing,
        source: connected,
        arrivals: { newest: [], creates: [request('create', { outcome: 'refused' as const })] },
      },
      'demand',
    ],
    [
      'the start once a person has arrived',
      { ...nothing, source: connected, people: 1, arrivals: { newest: [], creates: [request('create')] } },
      'start',
    ],
    ['behind the last step once several people have arrived', { ...nothing, source: connected, people: 2 }, undefined],
  ] as const)('%s', ([, known, now]) => {
    expect(setupStateOf(known).now).toBe(now);
  });
});

test.for([
  ['http://127.0.0.1:8080/scim/v2/', 'private'],
  ['https://directory/scim/v2/', 'private'],
  ['https://172.20.1.2/scim/v2/', 'private'],
  ['https://172.32.1.2/scim/v2/', 'url'],
  ['http://directory.contoso.com/scim/v2/', 'http'],
  ['https://directory.contoso.com/scim/v2/', 'url'],
] as const)('the first thing that may block Entra ID from %s is: %s', ([url, blocker]) => {
  expect(blockersOf(url)[0]).toBe(blocker);
});

test.for([
  ['Entra ID', null, 'entra'],
  ['Microsoft Azure AD', null, 'entra'],
  ['Okta', null, 'okta'],
  ['HR system', null, 'other'],
  ['Entra ID', 'Okta', 'okta'],
  ['Okta', 'OneLogin', 'other'],
] as const)('a source named %s whose requests come from %s has the steps of: %s', ([name, client, product]) => {
  expect(productOf({ name }, [{ client: null }, { client }])).toBe(product);
});

test.for([
  ['entra', 'https://directory.contoso.com/scim/v2/?aadOptscim062020'],
  ['okta', 'https://directory.contoso.com/scim/v2'],
  ['other', 'https://directory.contoso.com/scim/v2'],
] as const)('the URL to enter in %s is %s', ([product, url]) => {
  expect(baseUrlOf(product, { tenantUrl: 'https://directory.contoso.com/scim/v2/?aadOptscim062020' })).toBe(url);
});
