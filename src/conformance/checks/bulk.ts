import { must, mustWithout, type Section } from '../check.ts';
import { expectEqual, expectScimJson, expectStatus, expectThat, read, readList, readText, textOf } from '../expect.ts';
import { BULK_RESPONSE, ERROR_RESPONSE, PATCH_OPERATION } from '../scim-names.ts';
import { idOf, post, runBulk, sendBulk } from './bulk-operations.ts';
import { newUserId } from './patched.ts';

const titleChange = { schemas: [PATCH_OPERATION], Operations: [{ op: 'replace', path: 'title', value: 'Captain' }] };

export const bulkSection: Section = {
  source: 'RFC 7644 §3.7',
  title: 'Bulk requests',
  needs: ['bulk'],
  checks: [
    must(
      'bulk.shape',
      'A bulk request returns 200 and a BulkResponse with a result for each operation.',
      async (context) => {
        const answer = await sendBulk(context, [post('one', '/Users', context.userBody())]);
        expectStatus(answer, 200);
        expectScimJson(answer);
        expectEqual('schemas', read(answer.body, 'schemas'), [BULK_RESPONSE]);
        expectEqual('number of operations', readList(answer.body, 'Operations').length, 1);
      },
    ),
    must(
      'bulk.post',
      'A POST in a bulk request has a result with bulkId, method, location and the status "201".',
      async (context) => {
        const body = context.userBody();
        const [result] = await runBulk(context, [post('one', '/Users', body)]);
        expectEqual('bulkId', read(result, 'bulkId'), 'one');
        expectEqual('method', read(result, 'method'), 'POST');
        expectEqual('status', read(result, 'status'), '201');
        const user = await context.scim.get(`/Users/${idOf(result)}`);
        expectStatus(user, 200);
        expectEqual('userName', read(user.body, 'userName'), body['userName']);
      },
    ),
    must('bulk.put', 'A PUT in a bulk request replaces the resource.', async (context) => {
      const id = await newUserId(context);
      const data = context.userBody({ title: 'Captain' });
      const [result] = await runBulk(context, [{ method: 'PUT', path: `/Users/${id}`, data }]);
      expectEqual('status', read(result, 'status'), '200');
      expectThat(readText(result, 'location').endsWith(`/Users/${id}`), 'location', `…/Users/${id}`, result);
      expectEqual('title', read((await context.scim.get(`/Users/${id}`)).body, 'title'), 'Captain');
    }),
    must(
      'bulk.patch',
      'A PATCH in a bulk request changes the resource.',
      async (context) => {
        const id = await newUserId(context);
        const [result] = await runBulk(context, [{ method: 'PATCH', path: `/Users/${id}`, data: titleChange }]);
        const status = read(result, 'status');
        expectThat(status === '200' || status === '204', 'status', '"200" or "204"', status);
        expectEqual('title', read((await context.scim.get(`/Users/${id}`)).body, 'title'), 'Captain');
      },
      'patch',
    ),
    must(
      'bulk.delete',
      'A DELETE in a bulk request deletes the resource and has the status "204".',
      async (context) => {
        const path = `/Users/${await newUserId(context)}`;
        const [result] = await runBulk(context, [{ method: 'DELETE', path }]);
        expectEqual('status', read(result, 'status'), '204');
        expectStatus(await context.scim.get(path), 404);
      },
    ),
    must(
      'bulk.groups',
      'A POST in a bulk request can create a group.',
      async (context) => {
        const [result] = await runBulk(context, [post('one', '/Groups', context.groupBody())]);
        expectEqual('status', read(result, 'status'), '201');
        expectStatus(await context.scim.get(`/Groups/${idOf(result)}`), 200);
      },
      'groups',
    ),
    must('bulk.several', 'Each POST in a bulk request has a result with its bulkId.', async (context) => {
      const names = ['one', 'two', 'three'];
      const results = await runBulk(
        context,
        names.map((name) => post(name, '/Users', context.userBody())),
      );
      expectEqual('bulkIds', results.map((result) => readText(result, 'bulkId')).toSorted(), names.toSorted());
    }),
    must(
      'bulk.version',
      'The result of a creation has the version of the new resource.',
      async (context) => {
        const [result] = await runBulk(context, [post('one', '/Users', context.userBody())]);
        const { headers } = await context.scim.get(`/Users/${idOf(result)}`);
        expectEqual('version', read(result, 'version'), headers.etag);
      },
      'etag',
    ),
    must(
      'bulk.old-version',
      'An operation with an old version fails with "412" and changes nothing.',
      async (context) => {
        const path = `/Users/${await newUserId(context)}`;
        const operation = { method: 'DELETE', path, version: 'W/"a-version-that-never-was"' };
        const [result] = await runBulk(context, [operation]);
        expectEqual('status', read(result, 'status'), '412');
        expectStatus(await context.scim.get(path), 200);
      },
      'etag',
    ),
    mustWithout(
      'bulk',
      'bulk.refused',
      'A server that declares bulk as unsupported returns 501 or 404.',
      async (context) => {
        expectStatus(await sendBulk(context, [post('one', '/Users', context.userBody())]), 501, 404);
      },
    ),
  ],
};

export const bulkErrorsSection: Section = {
  source: 'RFC 7644 §3.7.3',
  title: 'Errors in bulk requests',
  needs: ['bulk'],
  checks: [
    must(
      'bulk.error',
      'A failed operation has its status and an error message, and the request itself returns 200.',
      async (context) => {
        const { userName: _, ...nameless } = context.userBody();
        const [result] = await runBulk(context, [post('one', '/Users', nameless)]);
        expectEqual('status', read(result, 'status'), '400');
        expectEqual('schemas of the response', read(result, 'response', 'schemas'), [ERROR_RESPONSE]);
        expectEqual('status of the response', read(result, 'response', 'status'), '400');
        expectThat(read(result, 'location') === undefined, 'location', 'nothing', read(result, 'location'));
      },
    ),
    must(
      'bulk.goes-on',
      'Without failOnErrors, the operations after a failed one are still performed.',
      async (context) => {
        const { userName: _, ...nameless } = context.userBody();
        const operations = [post('bad', '/Users', nameless), post('good', '/Users', context.userBody())];
        const results = await runBulk(context, operations);
        const valid = results.find((result) => read(result, 'bulkId') === 'good');
        expectEqual('status of the valid operation', read(valid, 'status'), '201');
      },
    ),
    must(
      'bulk.fail-on-errors',
      'With failOnErrors 1, no operation is performed after the first failure.',
      async (context) => {
        const { userName: _, ...nameless } = context.userBody();
        const later = context.userBody();
        const operations = [post('bad', '/Users', nameless), post('later', '/Users', later)];
        const results = await runBulk(context, operations, 1);
        expectEqual('status of the first operation', read(results[0], 'status'), '400');
        const filter = `userName eq "${textOf(later['userName'])}"`;
        expectEqual('totalResults', read((await context.scim.list('/Users', { filter })).body, 'totalResults'), 0);
      },
      'filter',
    ),
    must(
      'bulk.conflict',
      'A POST in a bulk request with the userName of another user fails with "409".',
      async (context) => {
        const userName = readText(await context.newUser(), 'userName');
        const [result] = await runBulk(context, [post('one', '/Users', context.userBody({ userName }))]);
        expectEqual('status', read(result, 'status'), '409');
        expectEqual('scimType', read(result, 'response', 'scimType'), 'uniqueness');
      },
    ),
    must('bulk.unknown', 'An operation on a resource that does not exist fails with "404".', async (context) => {
      const [result] = await runBulk(context, [{ method: 'DELETE', path: '/Users/no-such-id' }]);
      expectEqual('status', read(result, 'status'), '404');
    }),
    must('bulk.no-bulk-id', 'A POST without a bulkId is refused in a bulk request.', async (context) => {
      const { bulkId: _, ...operation } = post('one', '/Users', context.userBody());
      const answer = await sendBulk(context, [operation]);
      const status = answer.status === 200 ? read(answer.body, 'Operations', 0, 'status') : String(answer.status);
      expectEqual('status', status, '400');
    }),
    must('bulk.unknown-method', 'An unknown method is refused in a bulk request.', async (context) => {
      const answer = await sendBulk(context, [{ method: 'MOVE', path: '/Users/x' }]);
      const status = answer.status === 200 ? read(answer.body, 'Operations', 0, 'status') : String(answer.status);
      expectThat(['400', '405', '501'].includes(textOf(status)), 'status', '"400", "405" or "501"', status);
    }),
    must('bulk.malformed', 'A bulk request without operations returns 400.', async ({ scim }) => {
      expectStatus(await scim.post('/Bulk', { schemas: [] }), 400);
      expectStatus(await scim.post('/Bulk', '{'), 400);
    }),
  ],
};
