import type { KeyValue } from '#entra/graph-api/client-types.ts';

/** What the server shows of a saved secret, and what keeps it. */
const SECRET_MASK = '*****';

/** What Admin Credentials has: what is saved, and what the reader entered. A secret that is saved is an empty text. */
export interface Connection {
  readonly authentication: 'AuthenticationToken' | 'OAuth2ClientCredentialsGrant';
  readonly tenantUrl: string;
  readonly secretToken: string;
  readonly hasToken: boolean;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly hasClientSecret: boolean;
  readonly location: 'Header' | 'Body';
}

/** Reads the pairs that Graph answers for an application. */
export function connectionOf(pairs: readonly KeyValue[]): Connection {
  const valueOf = (key: string) => pairs.find((pair) => pair.key === key)?.value ?? '';
  const isOauth = valueOf('AuthenticationType') === 'OAuth2ClientCredentialsGrant';
  return {
    authentication: isOauth ? 'OAuth2ClientCredentialsGrant' : 'AuthenticationToken',
    tenantUrl: valueOf('BaseAddress'),
    secretToken: '',
    hasToken: valueOf('SecretToken') !== '',
    tokenEndpoint: valueOf('Oauth2TokenExchangeUri'),
    clientId: valueOf('Oauth2ClientId'),
    clientSecret: '',
    hasClientSecret: valueOf('Oauth2ClientSecret') !== '',
    location: valueOf('CredentialLocationInRequest') === 'Body' ? 'Body' : 'Header',
  };
}

/**
 * Returns the pairs to test or to save. An empty secret that is saved stays what it is: the server refuses that if the address of the
 * server to which it belongs has changed.
 */
export function pairsOf(connection: Connection): readonly KeyValue[] {
  const { authentication, tenantUrl, tokenEndpoint, clientId, location } = connection;
  const secret = (key: string, text: string, isSaved: boolean): readonly KeyValue[] => {
    if (text.trim() !== '') return [{ key, value: text.trim() }];
    return isSaved ? [{ key, value: SECRET_MASK }] : [];
  };
  const common = [
    { key: 'BaseAddress', value: tenantUrl.trim() },
    { key: 'AuthenticationType', value: authentication },
  ];
  if (authentication === 'AuthenticationToken') {
    return [...common, ...secret('SecretToken', connection.secretToken, connection.hasToken)];
  }
  return [
    ...common,
    { key: 'Oauth2TokenExchangeUri', value: tokenEndpoint.trim() },
    { key: 'Oauth2ClientId', value: clientId.trim() },
    ...secret('Oauth2ClientSecret', connection.clientSecret, connection.hasClientSecret),
    { key: 'CredentialLocationInRequest', value: location },
  ];
}
