import { expect, test } from 'vitest';
import { connectionOf, pairsOf } from './connection-pairs.ts';

const saved = [
  { key: 'BaseAddress', value: 'https://directory.example/scim/v2' },
  { key: 'AuthenticationType', value: 'AuthenticationToken' },
  { key: 'SecretToken', value: '*****' },
];

test('keeps a saved token that is not entered again, and sends one that is', () => {
  const connection = connectionOf(saved);
  expect(connection).toMatchObject({ hasToken: true, secretToken: '' });
  expect(pairsOf(connection)).toEqual(saved);
  expect(pairsOf({ ...connection, secretToken: ' new ' })).toContainEqual({ key: 'SecretToken', value: 'new' });
});

test('sends no token that neither is saved nor was entered, and the credentials of the chosen method only', () => {
  const connection = connectionOf([]);
  expect(pairsOf({ ...connection, tenantUrl: 'https://x.example' }).map(({ key }) => key)).toEqual([
    'BaseAddress',
    'AuthenticationType',
  ]);
  const oauth = { ...connectionOf(saved), authentication: 'OAuth2ClientCredentialsGrant', clientId: 'tanhua' } as const;
  expect(pairsOf(oauth).map(({ key }) => key)).not.toContain('SecretToken');
  expect(pairsOf(oauth)).toContainEqual({ key: 'Oauth2ClientId', value: 'tanhua' });
});
