/** The key or the token in the headers of a request, and the header that has it. */
export interface SentKey {
  readonly key: string | undefined;
  readonly header: 'bearer' | 'x-api-key';
}

/**
 * Returns the credential in the headers of a request. Entra ID sends its Secret Token as a bearer token; clients of the
 * legacy directory's API, which this API is compatible with, send x-api-key.
 *
 * @example
 * sentKey({ authorization: 'Bearer abc' }); // { key: 'abc', header: 'bearer' }
 */
export function sentKey(headers: Readonly<Record<string, unknown>>): SentKey {
  const { authorization } = headers;
  const bearer = typeof authorization === 'string' ? /^Bearer +(\S+) *$/i.exec(authorization)?.[1] : undefined;
  if (bearer !== undefined) return { key: bearer, header: 'bearer' };
  const key = headers['x-api-key'];
  return { key: typeof key === 'string' ? key : undefined, header: 'x-api-key' };
}
