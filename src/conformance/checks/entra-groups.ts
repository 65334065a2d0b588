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

/** Creates a group with members, changes the group as Entra ID does, and returns the ids of the members after the change. */
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

function dialectChecks(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.group-${name}`;
  const op = (name: string): string => (dialect === 'with-flag' ? name.toLowerCase() : name);
  return [
    must(
      id('test-connection'),
      'Test Connection searches for a random group and expects 200 with an empty list.',
      async (context) => {
        const query = `excludedAttributes=members&${entraFilter('displayName', randomUUID())}`;
        const answer = await entraClient(context, dialect).get('/Groups', query);
        expectIds(answer, []);
        expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
      },
    ),
    must(
      id('create'),
      'A creation without members, and with an additional Microsoft schema, returns 201.',
      async (context) => {
        const answer = await entraClient(context, dialect).post('/Groups', entraGroup(context));
        expectStatus(answer, 201);
        readText(answer.body, 'id');
      },
    ),
    must(
      id('match'),
      'Filters on displayName and on externalId find the group and, as requested, omit its members.',
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
    must(id('read'), 'excludedAttributes omits the members of a group.', async (context) => {
      const group = await context.newGroup({ members: [{ value: await newUserId(context) }] });
      const answer = await entraClient(context, dialect).get(
        `/Groups/${readText(group, 'id')}`,
        'excludedAttributes=members',
      );
      expectStatus(answer, 200);
      expectAbsent('members', read(answer.body, 'members'));
    }),
    must(id('rename'), 'PATCH of displayName renames a group.', async (context) => {
      const path = `/Groups/${readText(await context.newGroup(), 'id')}`;
      const value = context.unique('renamed');
      expectStatus(
        await entraClient(context, dialect).patch(path, { op: op('Replace'), path: 'displayName', value }),
        200,
        204,
      );
      expectEqual('displayName', read((await context.scim.get(path)).body, 'displayName'), value);
    }),
    must(id('add-members'), 'One PATCH may add several members with $ref null.', async (context) => {
      const [first, second] = [await newUserId(context), await newUserId(context)];
      const value = [first, second].map((one) => ({ $ref: null, value: one }));
      const ids = await membersAfter(context, dialect, [], { op: op('Add'), path: 'members', value });
      expectEqual('ids of the members', ids.toSorted(), [first, second].toSorted());
    }),
  ];
}

export const entraGroupsSection: Section = {
  source: 'Microsoft: "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID"',
  title: 'Entra ID groups, without the flag',
  needs: ['groups', 'patch', 'filter'],
  checks: [
    ...dialectChecks('without-flag'),
    must(
      'entra.without-flag.group-remove-member',
      'Remove with a list of values removes only these members.',
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
  title: 'Entra ID groups, with aadOptscim062020',
  needs: ['groups', 'patch', 'filter'],
  checks: [
    ...dialectChecks('with-flag'),
    must(
      'entra.with-flag.group-remove-member',
      'remove with a filter in the path removes one member.',
      async (context) => {
        const [first, second] = [await newUserId(context), await newUserId(context)];
        const operation = { op: 'remove', path: `members[value eq "${first}"]` };
        expectEqual('ids of the members', await membersAfter(context, 'with-flag', [first, second], operation), [
          second,
        ]);
      },
    ),
    must('entra.with-flag.group-no-path', 'A single change may be sent as a value without a path.', async (context) => {
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
