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
  ])('recognizes %s', (name, evidence) => {
    expect(detectClient(evidence)).toBe(name);
  });

  it.each<[string, ClientEvidence]>([
    ['a request without any sign of its client', plain],
    ['the User-Agent of an unknown program', agent('curl/8.9.1')],
    ['a User-Agent with a product name inside another word', agent('shopingone')],
    ['the URL shape of OneLogin with another User-Agent', { ...agent('curl/8.9.1'), url: '/scim/v2/Users?' }],
    ['a User-Agent that was sent twice', { ...plain, headers: { 'user-agent': ['Okta', 'Okta'] } }],
    ['a lowercase op, as in RFC 7644', operation('replace')],
    ['the Entra ID flag inside a query value', { ...plain, url: '/scim/v2/Users?filter=aadOptscim062020' }],
    ['the current User schema', { ...plain, body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'] } }],
    ['a body that is not an object', { ...plain, body: ['Replace'] }],
    ['Operations that are not a list', { ...plain, body: { Operations: { op: 'Replace' } } }],
  ])('returns undefined for %s', (_, evidence) => {
    expect(detectClient(evidence)).toBeUndefined();
  });

  it('prefers the User-Agent to the shape of the body', () => {
    expect(detectClient({ ...operation('Replace'), headers: { 'user-agent': 'Okta SCIM Client 1.0.0' } })).toBe('Okta');
  });
});
