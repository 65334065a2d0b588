import { describe, expect, test } from 'vitest';
import type { LoggedRequest } from '../queries.ts';
import { blockersOf, setupStateOf } from './setup-state.ts';

const request = (kind: LoggedRequest['kind'], more: Partial<LoggedRequest> = {}) =>
  ({ id: kind, kind, outcome: 'accepted', resourceType: 'User', status: 200, ...more }) as LoggedRequest;
const userTest = request('connectionTest');
const groupTest = request('connectionTest', { resourceType: 'Group' });
const never = { lastRequestAt: null };
const connected = { lastRequestAt: '2026-01-05T08:00:00.000Z' };
const nothing = { source: never, hasKey: false, people: 0, usualIntervalMinutes: null, arrivals: undefined };

describe('the position in the set-up is', () => {
  test.for([
    ['the application before there is a key', nothing, 'application'],
    ['Test Connection once there is a key', { ...nothing, hasKey: true }, 'connect'],
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
