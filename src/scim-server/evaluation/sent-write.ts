import { parse } from 'node:querystring';
import { AppError, quote } from '#base/errors.ts';
import { readJson } from '#base/read-json.ts';
import { endpointPaths } from '../scim-path.ts';
import { repairUrl } from '../query.ts';
import { requireReadableUrl } from '../readable-request.ts';
import type { SentWrite, WriteMethod } from './evaluate-write.ts';

/** A request as text: pasted by a person, or from the request log. */
export interface WriteText {
  readonly method: string;
  /** The path with its query, with or without the Tenant URL before it, such as `/Users/1` or `https://…/scim/v2/Users`. */
  readonly path: string;
  readonly body: string | undefined;
  readonly ifMatch?: string | undefined;
}

const methods: readonly WriteMethod[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Reads a request that creates, changes or deletes one user or group. Throws `invalidBody` for any other method or path, `invalidQuery` for
 * a URL that the server refuses to read, and the errors of `readJson` for the body.
 *
 * @example
 * readSentWrite({ method: 'PATCH', path: '/Users/1', body: '{"Operations":[]}' }).type; // 'User'
 */
export function readSentWrite({ method, path, body, ifMatch }: WriteText): SentWrite {
  const known = methods.find((one) => one === method.toUpperCase());
  if (known === undefined) {
    throw new AppError(
      'invalidBody',
      `method is ${quote(method)}: only requests that write can be evaluated: ${methods.join(', ')}.`,
      { attribute: 'method', value: method },
    );
  }
  const { type, id, query } = readPath(path);
  if ((known === 'POST') !== (id === '')) {
    throw unusablePath(
      path,
      known === 'POST' ? 'a POST has no id in its path' : `a ${known} needs the id of a user or a group in its path`,
    );
  }
  return {
    method: known,
    type,
    id,
    query,
    body: body === undefined ? undefined : readJson(body, 'ignoreCase'),
    ifMatch,
  };
}

function readPath(sent: string): Pick<SentWrite, 'type' | 'id' | 'query'> {
  requireReadableUrl(sent);
  const [path = '', query = ''] = repairUrl(sent.trim()).split('?', 2);
  const [, collection = '', id = ''] = /\/(Users|Groups)(?:\/+([^/]+))?\/*$/i.exec(path) ?? [];
  const type = (['User', 'Group'] as const).find(
    (one) => endpointPaths[one].toLowerCase() === `/${collection.toLowerCase()}`,
  );
  if (type === undefined) throw unusablePath(sent, 'it must be that of users or groups');
  return { type, id: decodeURIComponent(id), query: { ...parse(query) } };
}

function unusablePath(path: string, reason: string): AppError {
  return new AppError('invalidBody', `path is ${quote(path)}: ${reason}, such as /Users or /Groups/ID.`, {
    attribute: 'path',
    value: path,
  });
}
