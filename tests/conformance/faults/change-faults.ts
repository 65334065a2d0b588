import { alterAnswer, at, alterOperations, alterRequest, type Body } from '../broken-server.ts';
import { dropKeys, known, refuse, type KnownFault } from './known-fault.ts';

const withoutFilter = (operation: Body): Body =>
  operation.path?.includes('[') ? { ...operation, path: operation.path.replace(/\[[^\]]*\].*/, '') } : operation;

export const changeFaults: readonly KnownFault[] = [
  known(
    'PUT keeps attributes that the request omits',
    async (request, forward) => {
      if (request.method !== 'PUT' || typeof request.body !== 'object') return await forward(request);
      const before = await forward({
        ...request,
        method: 'GET',
        body: undefined,
        headers: { authorization: request.headers['authorization'] ?? '' },
      });
      return await forward({ ...request, body: { ...before.body, ...request.body } });
    },
    'put.clears',
    'enterprise.replaced',
  ),
  known(
    'PATCH keeps the operations before a failed one',
    async (request, forward) => {
      if (request.method !== 'PATCH' || !Array.isArray(request.body?.Operations)) return await forward(request);
      let last = await forward({
        ...request,
        body: { ...request.body, Operations: request.body.Operations.slice(0, 1) },
      });
      for (const operation of request.body.Operations.slice(1)) {
        if (last.status >= 400) return last;
        last = await forward({ ...request, body: { ...request.body, Operations: [operation] } });
      }
      return last;
    },
    'patch.atomic',
    'patch.atomic-conflict',
  ),
  known(
    'add replaces the existing values',
    alterOperations((one) => (/add/i.test(one.op) && one.path ? { ...one, op: 'replace' } : one)),
    'add.appends',
    'add.member',
    'multi-valued.new-primary',
  ),
  known(
    'remove with a filter removes all values',
    alterOperations((one) => (one.op === 'remove' ? withoutFilter(one) : one)),
    'remove.value-path',
    'remove.member',
    'entra.with-flag.group-remove-member',
  ),
  known(
    'replace with a filter replaces all values',
    alterOperations((one) => (one.op === 'replace' && one.path?.endsWith(']') ? withoutFilter(one) : one)),
    'replace.value-path',
  ),
  known(
    'paths are case-sensitive',
    refuse(({ body }) => JSON.stringify(body ?? {}).includes('FamilyNAME'), 400, 'invalidPath'),
    'patch.path-case',
  ),
  known(
    'DELETE returns 200',
    alterAnswer(({ status }, { method }) => (method === 'DELETE' && status === 204 ? { status: 200, body: {} } : {})),
    'delete.status',
  ),
  known(
    'DELETE of a group does not delete it',
    at(/^\/Groups\//, async (request, forward) =>
      request.method === 'DELETE' ? { status: 204, headers: {}, body: undefined } : await forward(request),
    ),
    'delete.group',
  ),
  known(
    'If-Match is ignored',
    alterRequest(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'if-match') })),
    'versions.put',
    'versions.patch',
    'versions.delete',
    'versions.lost-update',
  ),
  known(
    'If-None-Match is ignored',
    alterRequest(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'if-none-match') })),
    'versions.none-match',
  ),
  known(
    'it does not send entity tags',
    alterAnswer(({ headers }) => ({ headers: dropKeys(headers, (key) => key === 'etag') })),
    'versions.tag',
    'create.etag',
    'attributes.version',
  ),
  known(
    'bulk returns statuses as numbers',
    at(
      /^\/Bulk$/,
      alterAnswer(({ body }) => ({
        body: { ...body, Operations: body.Operations?.map((one: Body) => ({ ...one, status: Number(one.status) })) },
      })),
    ),
    'bulk.post',
    'bulk.error',
    'bulk.delete',
  ),
  known(
    'bulk ignores failOnErrors',
    at(
      /^\/Bulk$/,
      alterRequest(({ body }) => ({ body: dropKeys(body, (key) => key === 'failOnErrors') })),
    ),
    'bulk.fail-on-errors',
  ),
  known(
    'bulk stops at the first error',
    at(
      /^\/Bulk$/,
      alterRequest(({ body }) => ({ body: { ...body, failOnErrors: 1 } })),
    ),
    'bulk.goes-on',
  ),
  known(
    'bulk refuses references to later operations',
    at(
      /^\/Bulk$/,
      refuse(({ body }) => JSON.stringify(body?.Operations?.[0] ?? {}).includes('"bulkId:'), 400),
    ),
    'bulk.reference-forward',
  ),
  known(
    'bulk does not enforce its limits',
    at(
      /^\/Bulk$/,
      alterAnswer(({ status }) => (status === 413 ? { status: 200 } : {})),
    ),
    'bulk.too-many',
    'bulk.too-large',
  ),
];
