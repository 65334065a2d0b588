import type { JsonObject } from '#base/json.ts';
import { created, ids, modified, placeholders, type Examples } from './example.ts';

const base = '/api/radiusservers';
const settings = {
  name: 'Office Wi-Fi',
  identityProvider: 'entra',
  methods: ['eapTtlsPap'],
  lockedAccounts: 'refuse',
  expiredPasswords: 'refuse',
};
const entra = {
  authorityUrl: 'https://login.microsoftonline.com',
  tenant: 'contoso.onmicrosoft.com',
  clientId: '5d0e4c58-9a63-4c1d-a2b0-f4a92f1f7a1c',
  clientSecret: '*****',
  objectIdAttribute: 'externalId',
  cacheSeconds: 0,
};
/** A RADIUS server that checks passwords with Entra ID. */
export const radiusServer: JsonObject = {
  _id: ids.radiusServer,
  id: ids.radiusServer,
  organization: ids.organization,
  ...settings,
  entra,
  clients: 1,
  created,
  lastModified: modified,
};
const newServer = { ...radiusServer, _id: ids.newRadiusServer, id: ids.newRadiusServer, name: 'VPN', clients: 0 };
const client: JsonObject = {
  id: ids.radiusClient,
  server: ids.radiusServer,
  name: 'Access points in Berlin',
  network: '198.51.100.0/24',
  insecure: false,
  nextSecretFrom: null,
  created,
  lastModified: modified,
};
const newClient = { ...client, id: ids.newRadiusClient, name: 'VPN gateway', network: '203.0.113.7' };
const changeAt = '2026-02-10T02:00:00.000Z';
const secret = { sharedSecret: placeholders.sharedSecret, changeAt: modified, certainFrom: '2026-02-03T14:06:00.000Z' };

const group = { id: ids.group, name: 'Purchasing' };
const vlan = [
  { name: 'Tunnel-Type', tag: 0, value: 'VLAN' },
  { name: 'Tunnel-Medium-Type', tag: 0, value: 'IEEE-802' },
  { name: 'Tunnel-Private-Group-Id', tag: 0, value: '42' },
];
const filter = { name: 'Filter-Id', tag: null, value: 'purchasing' };

const end = (id: string, type: string) => ({ attributes: null, id, type });
const step = (id: string, type: string) => ({ attributes: null, to: end(id, type) });
const association = {
  attributes: null,
  from: end(ids.radiusServer, 'radius_server'),
  to: end(ids.group, 'user_group'),
};
const toServer = step(ids.radiusServer, 'radius_server');
const reached = (id: string, type: string, paths: JsonObject[][]) => [{ id, type, compiledAttributes: {}, paths }];
const ofServer = Object.fromEntries(
  [base, '/api/v2/radiusservers'].flatMap((path) => [
    [`GET ${path}/:id/associations`, { answer: [association] }],
    [`POST ${path}/:id/associations`, { body: { op: 'add', type: 'user_group', id: ids.group } }],
    [
      `GET ${path}/:id/users`,
      { answer: reached(ids.user, 'user', [[step(ids.group, 'user_group'), step(ids.user, 'user')]]) },
    ],
  ]),
);

/** Examples of the operations on RADIUS servers. */
export const radiusExamples: Examples = {
  ...ofServer,
  [`GET ${base}`]: { answer: { totalCount: 1, results: [radiusServer] } },
  [`POST ${base}`]: {
    body: { ...settings, name: 'VPN', entra: { ...entra, clientSecret: 'EXAMPLE_not_a_real_client_secret' } },
    answer: newServer,
  },
  [`GET ${base}/:id`]: { answer: radiusServer },
  [`PUT ${base}/:id`]: { body: { lockedAccounts: 'allow' }, answer: { ...radiusServer, lockedAccounts: 'allow' } },
  [`DELETE ${base}/:id`]: { answer: { ...radiusServer, clients: 0 } },
  [`GET ${base}/:id/reply`]: {
    answer: {
      user: ids.user,
      mayConnect: true,
      groups: [group],
      replies: [...vlan, filter].map((reply) => ({ ...reply, group })),
      overridden: [],
    },
  },
  [`GET ${base}/:id/clients`]: { answer: { totalCount: 1, results: [client] } },
  [`POST ${base}/:id/clients`]: {
    body: { name: 'VPN gateway', network: '203.0.113.7' },
    answer: { ...newClient, ...secret },
  },
  [`GET ${base}/:id/clients/:clientId`]: { answer: client },
  [`PUT ${base}/:id/clients/:clientId`]: {
    body: { name: 'Access points in Potsdam' },
    answer: { ...client, name: 'Access points in Potsdam' },
  },
  [`DELETE ${base}/:id/clients/:clientId`]: { answer: client },
  [`POST ${base}/:id/clients/:clientId/secret`]: {
    body: { changeAt },
    answer: { ...client, ...secret, nextSecretFrom: changeAt, changeAt, certainFrom: '2026-02-10T02:01:00.000Z' },
  },
  'GET /api/v2/users/:id/radiusservers': {
    answer: reached(ids.radiusServer, 'radius_server', [[step(ids.group, 'user_group'), toServer]]),
  },
  'GET /api/v2/usergroups/:id/radiusservers': { answer: reached(ids.radiusServer, 'radius_server', [[toServer]]) },
  'GET /api/v2/usergroups/:id/radius': { answer: { replies: [...vlan, filter] } },
  'PUT /api/v2/usergroups/:id/radius': {
    body: { replies: [filter], vlan: { vlan: 42, tag: 0 } },
    answer: { replies: [...vlan, filter] },
  },
};
