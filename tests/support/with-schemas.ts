import { isObject } from '#base/json.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';

/** Adds the `schemas` that every client sends (RFC 7643 §3) to a body, unless the body already has `schemas` or the path needs none. */
export function withSchemas(method: string, path: string, body: unknown): unknown {
  if (!isObject(body) || Object.keys(body).some((name) => name.toLowerCase() === 'schemas')) return body;
  const type = /^\/(?:Users|Me)\b/i.test(path) ? 'User' : /^\/Groups\b/i.test(path) ? 'Group' : undefined;
  if (type === undefined || /\/\.search\b/i.test(path)) return body;
  const schema = method === 'PATCH' ? 'urn:ietf:params:scim:api:messages:2.0:PatchOp' : `${CORE}${type}`;
  return { schemas: [schema], ...body };
}
