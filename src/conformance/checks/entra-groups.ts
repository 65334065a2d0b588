import { randomUUID } from 'node:crypto';
import type { JsonObject } from '#base/json.ts';
import { must, type Check, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectAbsent, expectEqual, expectIds, expectStatus, read, readList, readText, textOf } from '../expect.ts';
import { GROUP_SCHEMA } from '../scim-names.ts';
import { entraClient, entraFilter, type EntraDialect } from './entra-client.ts';
import { newUserId } from './patched.ts';

function entraGroup(context: Context): JsonObject {
  return {
    schemas: [GROUP_SCHEMA, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: randomUUID(),
    displayName: context.unique('entra-group'),
    meta: { resourceType: 'Group' },
  };
}

/** Creates a group with members, changes it as Entra ID does, and returns the ids of the members then. */
async function membersAfter(
  context: Context,
  dialect: EntraDialect,
  memberIds: readonly string[],
  ...operations: readonly JsonObject[]
): Promise<readonly string[]> {
  const group = await context.newGroup({ members: memberIds.map((value) => ({ value })) });
  const path = `/Groups/${readText(group, 'id')}`;
  expectStatus(await entraClient(context, dialect).patch(path, ...operations), 200, 204);
  return readList((await context.scim.get(path)).body, 'members').map((one) => readText(one, 'value'));
}

function inBoth(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.group-${name}`;
  const op = (name: string): string => (dialect === 'with-flag' ? name.toLowerCase() : name);
  return [
    must(
      id('test-connection'),
      'Test Connection looks for a random group: the answer is 200 with an empty list.',
      async (context) => {
        const query = `excludedAttributes=members&${entraFilter('displayName', randomUUID())}`;
        const answer = await entraClient(context, dialect).get('/Groups', query);
        expectIds(answer, []);
        expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
      },
    ),
    must(
      id('create'),
      'A group is created without members, with a schema of Microsoft beside the core one.',
      async (context) => {
        const answer = await entraClient(context, dialect).post('/Groups', entraGroup(context));
        expectStatus(answer, 201);
        readText(answer.body, 'id');
      },
    ),
    must(
      id('match'),
      'The group is found by displayName and by externalId, and comes without members.',
      async (context) => {
        const entra = entraClient(context, dialect);
        const group: JsonObject = { ...entraGroup(context), members: [{ value: await newUserId(context) }] };
        const created = readText((await entra.post('/Groups', group)).body, 'id');
        for (const attribute of ['displayName', 'externalId'] as const) {
          const query = `excludedAttributes=members&${entraFilter(attribute, textOf(group[attribute]))}`;
          const answer = await entra.get('/Groups', query);
          expectIds(answer, [created]);
          expectAbsent('members', read(answer.body, 'Resources', 0, 'members'));
        }
      },
    ),
    must(id('read'), 'A group is read without its members.', async (context) => {
      const group = await context.newGroup({ members: [{ value: await newUserId(context) }] });
      const answer = await entraClient(context, dialect).get(
        `/Groups/${readText(group, 'id')}`,
        'excludedAttributes=members',
      );
      expectStatus(answer, 200);
      expectAbsent('members', read(answer.body, 'members'));
    }),
    must(id('rename'), 'A group is renamed by PATCH.', async (context) => {
      const path = `/Groups/${readText(await context.newGroup(), 'id')}`;
      const value = context.unique('renamed');
      expectStatus(
        await entraClient(context, dialect).patch(path, { op: op('Replace'), path: 'displayName', value }),
        200,
        204,
      );
      expectEqual('displayName', read((await context.scim.get(path)).body, 'displayName'), value);
    }),
    must(id('add-members'), 'Members are added, several at a time, with $ref null.', async (context) => {
      const [first, second] = [await newUserId(context), await newUserId(context)];
      const value = [first, second].map((one) => ({ $ref: null, value: one }));
      const ids = await membersAfter(context, dialect, [], { op: op('Add'), path: 'members', value });
      expectEqual('ids of the members', ids.toSorted(), [first, second].toSorted());
    }),
  ];
}

export const entraGroupsSection: Section = {
  source: 'Microsoft: "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID"',
  title: 'Groups of Entra ID, without the flag',
  needs: ['groups', 'patch', 'filter'],
  checks: [
    ...inBoth('without-flag'),
    must(
      'entra.without-flag.group-remove-member',
      'Remove with a list of values removes these members, and no others.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const operation = { op: 'Remove', path: 'members', value: [{ $ref: null, value: first }] };
        expectEqual('ids of the members', await membersAfter(context, 'without-flag', [first, second], operation), [
          second,
        ]);
      },
    ),
  ],
};

export const entraGroupsWithFlagSection: Section = {
  source: 'Microsoft: "Known issues and resolutions with SCIM 2.0 protocol compliance"',
  title: 'Groups of Entra ID, with aadOptscim062020',
  needs: ['groups', 'patch', 'filter'],
  checks: [
    ...inBoth('with-flag'),
    must('entra.with-flag.group-remove-member', 'A member is removed by a filter in the path.', async (context) => {
      const [first, second] = [await newUserId(context), await newUserId(context)];
      const operation = { op: 'remove', path: `members[value eq "${first}"]` };
      expectEqual('ids of the members', await membersAfter(context, 'with-flag', [first, second], operation), [second]);
    }),
    must('entra.with-flag.group-no-path', 'A single change may come as a value without a path.', async (context) => {
      const path = `/Groups/${readText(await context.newGroup(), 'id')}`;
      const displayName = context.unique('renamed');
      expectStatus(
        await entraClient(context, 'with-flag').patch(path, { op: 'replace', value: { displayName } }),
        200,
        204,
      );
      expectEqual('displayName', read((await context.scim.get(path)).body, 'displayName'), displayName);
    }),
  ],
};
