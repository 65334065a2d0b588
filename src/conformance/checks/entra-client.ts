import type { JsonObject } from '#base/json.ts';
import type { Answer, CallOptions } from '../client.ts';
import type { Context } from '../context.ts';

/** Says whether the Tenant URL in Entra ID has the flag aadOptscim062020. With the flag, Entra ID sends PATCH requests as in RFC 7644. */
export type EntraDialect = 'with-flag' | 'without-flag';

export interface EntraClient {
  readonly get: (path: string, query?: string) => Promise<Answer>;
  readonly post: (path: string, body: JsonObject) => Promise<Answer>;
  readonly patch: (path: string, ...operations: readonly JsonObject[]) => Promise<Answer>;
}

/** Returns a client that sends requests like Entra ID: without User-Agent and Accept, and with the flag as the first query parameter. */
export function entraClient({ scim }: Context, dialect: EntraDialect): EntraClient {
  const headers = {
    'user-agent': undefined,
    accept: undefined,
    adscimversion: 'Date:2026-01-05T09:00:00Z, ActivityId:2f1f7a1c-6f53-4d43-9d0a-51d4e2f1b0aa',
  };
  const withBody: CallOptions = { headers: { ...headers, 'content-type': 'application/scim+json; charset=utf-8' } };
  const address = (path: string, query?: string): string => {
    const parts = [...(dialect === 'with-flag' ? ['aadOptscim062020'] : []), ...(query === undefined ? [] : [query])];
    return parts.length === 0 ? path : `${path}?${parts.join('&')}`;
  };
  return {
    get: (path, query) => scim.get(address(path, query), { headers }),
    post: (path, body) => scim.post(address(path), body, withBody),
    patch: (path, ...operations) => scim.patch(address(path), operations, withBody),
  };
}

/** Returns a filter parameter in the encoding of Entra ID, which writes spaces as "+". */
export function entraFilter(attribute: string, value: string): string {
  return `filter=${encodeURIComponent(`${attribute} eq "${value}"`).replaceAll('%20', '+')}`;
}
