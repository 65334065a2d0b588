import { must, type Section } from '../check.ts';
import { expectEqual, expectThat, read, readList, readText } from '../expect.ts';
import { ENTERPRISE_SCHEMA, PATCH_OPERATION } from '../scim-names.ts';
import { idOf, post, runBulk, sendBulk } from './bulk-operations.ts';

const withManager = (value: string) => ({ [ENTERPRISE_SCHEMA]: { manager: { value } } });

export const bulkReferencesSection: Section = {
  source: 'RFC 7644 §3.7.2',
  title: 'References within bulk requests',
  needs: ['bulk'],
  checks: [
    must(
      'bulk.reference-back',
      'bulkId: can refer to a resource that an earlier operation creates.',
      async (context) => {
        const members = [{ type: 'User', value: 'bulkId:ann' }];
        const operations = [
          post('ann', '/Users', context.userBody()),
          post('team', '/Groups', context.groupBody({ members })),
        ];
        const [ann, team] = await runBulk(context, operations);
        const group = (await context.scim.get(`/Groups/${idOf(team)}`)).body;
        expectEqual(
          'ids of the members',
          readList(group, 'members').map((one) => readText(one, 'value')),
          [idOf(ann)],
        );
      },
      'groups',
    ),
    must(
      'bulk.reference-forward',
      'bulkId: can refer to a resource that a later operation creates.',
      async (context) => {
        const members = [{ type: 'User', value: 'bulkId:ann' }];
        const operations = [
          post('team', '/Groups', context.groupBody({ members })),
          post('ann', '/Users', context.userBody()),
        ];
        const results = await runBulk(context, operations);
        const idBy = (bulkId: string) => idOf(results.find((result) => read(result, 'bulkId') === bulkId));
        const group = (await context.scim.get(`/Groups/${idBy('team')}`)).body;
        expectEqual(
          'ids of the members',
          readList(group, 'members').map((one) => readText(one, 'value')),
          [idBy('ann')],
        );
      },
      'groups',
    ),
    must(
      'bulk.reference-user',
      'bulkId: can refer to a new user as the manager of another user.',
      async (context) => {
        const operations = [
          post('boss', '/Users', context.userBody()),
          post('ann', '/Users', context.userBody(withManager('bulkId:boss'))),
        ];
        const [boss, ann] = await runBulk(context, operations);
        const user = (await context.scim.get(`/Users/${idOf(ann)}`)).body;
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), idOf(boss));
      },
      'enterprise',
    ),
    must(
      'bulk.circular',
      'Resources that refer to each other are created, or the server returns 409 (§3.7.1).',
      async (context) => {
        const answer = await sendBulk(context, [
          post('one', '/Users', context.userBody(withManager('bulkId:two'))),
          post('two', '/Users', context.userBody(withManager('bulkId:one'))),
        ]);
        if (answer.status === 409) return;
        const [one, two] = readList(answer.body, 'Operations');
        if (read(one, 'status') === '409' || read(two, 'status') === '409') return;
        const user = (await context.scim.get(`/Users/${idOf(one)}`)).body;
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), idOf(two));
      },
      'enterprise',
    ),
    must(
      'bulk.reference-patch',
      'bulkId: can be used in the operations of a PATCH.',
      async (context) => {
        const groupId = readText(await context.newGroup(), 'id');
        const change = { op: 'add', path: 'members', value: [{ value: 'bulkId:ann' }] };
        const [ann] = await runBulk(context, [
          post('ann', '/Users', context.userBody()),
          { method: 'PATCH', path: `/Groups/${groupId}`, data: { schemas: [PATCH_OPERATION], Operations: [change] } },
        ]);
        const group = (await context.scim.get(`/Groups/${groupId}`)).body;
        expectEqual(
          'ids of the members',
          readList(group, 'members').map((one) => readText(one, 'value')),
          [idOf(ann)],
        );
      },
      'groups',
      'patch',
    ),
    must(
      'bulk.reference-failed',
      'An operation that refers to a resource that could not be created fails.',
      async (context) => {
        const { userName: _, ...nameless } = context.userBody();
        const operations = [
          post('bad', '/Users', nameless),
          post('ann', '/Users', context.userBody(withManager('bulkId:bad'))),
        ];
        const results = await runBulk(context, operations);
        const ann = results.find((result) => read(result, 'bulkId') === 'ann');
        const status = Number(read(ann, 'status'));
        expectThat(status >= 400 && status < 500, 'status of the referring operation', '4xx', read(ann, 'status'));
      },
      'enterprise',
    ),
    must(
      'bulk.reference-unknown',
      'A reference to a bulkId that is not in the request fails.',
      async (context) => {
        const [result] = await runBulk(context, [
          post('ann', '/Users', context.userBody(withManager('bulkId:nobody'))),
        ]);
        const status = Number(read(result, 'status'));
        expectThat(status >= 400 && status < 500, 'status', '4xx', read(result, 'status'));
      },
      'enterprise',
    ),
  ],
};
