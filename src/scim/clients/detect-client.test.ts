import { describe, expect, it } from 'vitest';
import type { ClientEvidence } from './client-profile.ts';
import { detectClient } from './detect-client.ts';

const plain: ClientEvidence = { headers: {}, url: '/scim/v2/Users', body: undefined };
const agent = (value: string): ClientEvidence => ({ ...plain, headers: { 'user-agent': value } });
const operation = (op: string): ClientEvidence => ({
  ...plain,
  body: { Operations: [{ op, path: 'title', value: 'x' }] },
});

describe('detectClient', () => {
  it.each<[string, ClientEvidence]>([
    ['Okta', agent('Okta SCIM Client 1.0.0')],
    ['Google Workspace', agent('Google-Auto-Provisioning')],
    ['JumpCloud', agent('JumpCloud SCIM')],
    ['Ping Identity', agent('PingOne/1.0')],
    ['Ping Identity', agent('PingFederate')],
    ['OneLogin', agent('OneLogin SCIM')],
    ['OneLogin', { ...plain, url: '/scim/v2/Users?filter=userName+eq+%22a%22&' }],
    ['OneLogin', { ...plain, url: '/scim/v2/Users/1?' }],
    ['OneLogin', { ...plain, body: { schemas: ['urn:scim:schemas:core:2.0'], userName: 'a' } }],
    ['Microsoft Entra ID', { ...plain, headers: { adscimversion: '5.0' } }],
    ['Microsoft Entra ID', { ...plain, url: '/scim/v2/Users?aadOptscim062020' }],
    ['Microsoft Entra ID', { ...plain, url: '/scim/v2/Users?count=1&AzureAdScimPatch062020=' }],
    ['Microsoft Entra ID', operation('Replace')],
  ])('knows %s', (name, evidence) => {
    expect(detectClient(evidence)).toBe(name);
  });

  it.each<[string, ClientEvidence]>([
    ['nothing', plain],
    ['another program', agent('curl/8.9.1')],
    ['a name inside another word', agent('shopingone')],
    ['the URL of a client that has another name', { ...agent('curl/8.9.1'), url: '/scim/v2/Users?' }],
    ['a header that was sent twice', { ...plain, headers: { 'user-agent': ['Okta', 'Okta'] } }],
    ['an operation as the RFC writes it', operation('replace')],
    ['the flag in a value', { ...plain, url: '/scim/v2/Users?filter=aadOptscim062020' }],
    ['the schema of today', { ...plain, body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] } }],
    ['a body that is no object', { ...plain, body: ['Replace'] }],
    ['operations that are no list', { ...plain, body: { Operations: { op: 'Replace' } } }],
  ])('does not guess from %s', (_, evidence) => {
    expect(detectClient(evidence)).toBeUndefined();
  });

  it('believes the name before the shape', () => {
    expect(detectClient({ ...operation('Replace'), headers: { 'user-agent': 'Okta SCIM Client 1.0.0' } })).toBe('Okta');
  });
});
