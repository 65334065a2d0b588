import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { must, type Check, type Section } from '../check.ts';
import type { Context } from '../context.ts';
import { expectEqual, expectIds, expectStatus, expectThat, read, readList, readText } from '../expect.ts';
import type { Need } from '../need.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../scim-names.ts';
import { entraClient, entraFilter, type EntraDialect } from './entra-client.ts';
import { newUserId } from './patched.ts';

const MANAGER = `${ENTERPRISE_SCHEMA}:manager`;

/** Creates a user, changes it as Entra ID does, and reads it again. */
async function changed(
  context: Context,
  dialect: EntraDialect,
  attributes: JsonObject,
  ...operations: readonly JsonObject[]
): Promise<JsonValue | undefined> {
  const path = `/Users/${readText(await context.newUser(attributes), 'id')}`;
  expectStatus(await entraClient(context, dialect).patch(path, ...operations), 200, 204);
  return (await context.scim.get(path)).body;
}

function entraUser(context: Context): JsonObject {
  const userName = context.unique('entra');
  return {
    schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
    externalId: randomUUID(),
    userName,
    active: true,
    emails: [{ primary: true, type: 'work', value: `${userName}@conformance.example` }],
    meta: { resourceType: 'User' },
    name: { formatted: 'Ann Meier', familyName: 'Meier', givenName: 'Ann' },
    roles: [],
  };
}

/** Shapes that both dialects have. */
function inBoth(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.${name}`;
  return [
    must(
      id('test-connection'),
      'Test Connection looks for a random user: the answer is 200 with an empty list.',
      async (context) => {
        const answer = await entraClient(context, dialect).get('/Users', entraFilter('userName', randomUUID()));
        expectIds(answer, []);
        expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
      },
    ),
    must(
      id('create'),
      'A user is created with meta, an empty roles and both schemas, and answered 201 with an id.',
      async (context) => {
        const answer = await entraClient(context, dialect).post('/Users', entraUser(context));
        expectStatus(answer, 201);
        readText(answer.body, 'id');
        expectEqual('active', read(answer.body, 'active'), true);
      },
    ),
    must(id('create-with-nulls'), 'Attributes without a value may come as null.', async (context) => {
      const user = { ...entraUser(context), addresses: null, phoneNumbers: null, preferredLanguage: null, title: null };
      expectStatus(await entraClient(context, dialect).post('/Users', user), 201);
    }),
    must(id('match'), 'The user is found by userName, by externalId and by the work e-mail.', async (context) => {
      const entra = entraClient(context, dialect);
      const user = entraUser(context);
      const created = readText((await entra.post('/Users', user)).body, 'id');
      const mail = readText(user, 'emails', 0, 'value');
      expectIds(await entra.get('/Users', entraFilter('userName', readText(user, 'userName'))), [created]);
      expectIds(await entra.get('/Users', entraFilter('externalId', readText(user, 'externalId'))), [created]);
      expectIds(await entra.get('/Users', entraFilter('emails[type eq "work"].value', mail)), [created]);
    }),
  ];
}

/** Changes that both dialects write in the same way, but for the case of op. */
function changesInBoth(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.${name}`;
  const op = (name: string): string => (dialect === 'with-flag' ? name.toLowerCase() : name);
  return [
    must(id('work-mail'), 'The work e-mail is changed by its path.', async (context) => {
      const value = `${context.unique('mail')}@conformance.example`;
      const operation = { op: op('Replace'), path: 'emails[type eq "work"].value', value };
      const user = await changed(context, dialect, {}, operation);
      const work = readList(user, 'emails').filter((one) => read(one, 'type') === 'work');
      expectEqual(
        'work e-mails',
        work.map((one) => read(one, 'value') ?? null),
        [value],
      );
    }),
    must(
      id('absent-value'),
      'add with a path such as phoneNumbers[type eq "work"].value makes the value where there is none.',
      async (context) => {
        const operation = { op: op('Add'), path: 'phoneNumbers[type eq "work"].value', value: '+41 44 555 01 00' };
        const numbers = readList(await changed(context, dialect, {}, operation), 'phoneNumbers');
        expectEqual('value', read(numbers[0], 'value'), '+41 44 555 01 00');
        expectEqual('type', read(numbers[0], 'type'), 'work');
      },
      'User.phoneNumbers',
    ),
    must(
      id('extension'),
      'An attribute of the extension is changed by its URN, a colon and its name.',
      async (context) => {
        const operation = { op: op('Add'), path: `${ENTERPRISE_SCHEMA}:department`, value: 'Retail' };
        expectEqual(
          'department',
          read(await changed(context, dialect, {}, operation), ENTERPRISE_SCHEMA, 'department'),
          'Retail',
        );
      },
      'enterprise',
    ),
    ...managers(dialect, op('Add')),
    must(
      id('manager-remove'),
      'The manager is removed by remove, and by an empty text.',
      async (context) => {
        const attributes = { [ENTERPRISE_SCHEMA]: { manager: { value: await newUserId(context) } } };
        for (const operation of [
          { op: op('Remove'), path: MANAGER },
          { op: op('Replace'), path: MANAGER, value: '' },
        ]) {
          const user = await changed(context, dialect, attributes, operation);
          expectEqual('manager', read(user, ENTERPRISE_SCHEMA, 'manager'), undefined);
        }
      },
      'enterprise',
    ),
    must(
      id('delete'),
      'A user who is deleted in the source is deleted here, and not found any more.',
      async (context) => {
        const entra = entraClient(context, dialect);
        const user = entraUser(context);
        const created = readText((await entra.post('/Users', user)).body, 'id');
        expectStatus(await context.scim.delete(`/Users/${created}`), 204);
        expectIds(await entra.get('/Users', entraFilter('userName', readText(user, 'userName'))), []);
      },
    ),
  ];
}

/** The manager comes in three shapes, and goes out as an object. */
function managers(dialect: EntraDialect, op: string): readonly Check[] {
  const shapes: readonly (readonly [string, string, (id: string) => JsonValue])[] = [
    ['text', 'The manager may come as the bare id.', (id) => id],
    ['object', 'The manager may come as an object.', (id) => ({ value: id })],
    ['array', 'The manager may come as a list of one, with $ref null.', (id) => [{ $ref: null, value: id }]],
  ];
  return shapes.map(([name, requirement, shape]) =>
    must(
      `entra.${dialect}.manager-${name}`,
      requirement,
      async (context) => {
        const managerId = await newUserId(context);
        const user = await changed(context, dialect, {}, { op, path: MANAGER, value: shape(managerId) });
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), managerId);
      },
      'enterprise' satisfies Need,
    ),
  );
}

export const entraUsersSection: Section = {
  source: 'Microsoft: "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID"',
  title: 'Users of Entra ID, without the flag',
  needs: ['patch', 'filter'],
  checks: [
    ...inBoth('without-flag'),
    ...changesInBoth('without-flag'),
    must(
      'entra.without-flag.disable',
      'active comes as the text "False", and goes out as a boolean.',
      async (context) => {
        const user = await changed(context, 'without-flag', {}, { op: 'Replace', path: 'active', value: 'False' });
        expectEqual('active', read(user, 'active'), false);
      },
      'User.active',
    ),
    must(
      'entra.without-flag.enable',
      'active comes as the text "True", and goes out as a boolean.',
      async (context) => {
        const operations = ['False', 'True'].map((value) => ({ op: 'Replace', path: 'active', value }));
        expectEqual('active', read(await changed(context, 'without-flag', {}, ...operations), 'active'), true);
      },
      'User.active',
    ),
    must(
      'entra.without-flag.several',
      'Each attribute comes as an operation of its own, with Add and Replace in capitals.',
      async (context) => {
        const user = await changed(
          context,
          'without-flag',
          { displayName: 'Ann', name: { familyName: 'Meier' } },
          { op: 'Replace', path: 'displayName', value: 'Eve' },
          { op: 'Replace', path: 'name.familyName', value: 'Novak' },
          { op: 'Add', path: 'title', value: 'Pilot' },
        );
        const got = [
          read(user, 'displayName') ?? null,
          read(user, 'name', 'familyName') ?? null,
          read(user, 'title') ?? null,
        ];
        expectEqual('displayName, name.familyName and title', got, ['Eve', 'Novak', 'Pilot']);
      },
    ),
    must('entra.without-flag.remove', 'Remove with a capital letter removes the value.', async (context) => {
      const user = await changed(context, 'without-flag', { title: 'Pilot' }, { op: 'Remove', path: 'title' });
      expectEqual('title', read(user, 'title'), undefined);
    }),
  ],
};

export const entraUsersWithFlagSection: Section = {
  source: 'Microsoft: "Known issues and resolutions with SCIM 2.0 protocol compliance"',
  title: 'Users of Entra ID, with aadOptscim062020',
  needs: ['patch', 'filter'],
  checks: [
    ...inBoth('with-flag'),
    ...changesInBoth('with-flag'),
    must(
      'entra.with-flag.disable',
      'active comes as a boolean, and goes out as one.',
      async (context) => {
        const user = await changed(context, 'with-flag', {}, { op: 'replace', path: 'active', value: false });
        expectEqual('active', read(user, 'active'), false);
      },
      'User.active',
    ),
    must(
      'entra.with-flag.dotted',
      'Several attributes come in one value without a path: its names have dots.',
      async (context) => {
        const value = { displayName: 'Eve', 'name.givenName': 'Eve', 'name.familyName': 'Novak' };
        const user = await changed(context, 'with-flag', { name: { middleName: 'May' } }, { op: 'replace', value });
        expectEqual('displayName', read(user, 'displayName'), 'Eve');
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Eve');
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Novak');
        expectEqual('name.middleName', read(user, 'name', 'middleName'), 'May');
        expectThat(read(user, 'name.givenName') === undefined, '"name.givenName"', 'no attribute of that name', user);
      },
      'User.name',
    ),
    must(
      'entra.with-flag.urn-names',
      'Several attributes come in one value: its names may be URN, colon and attribute.',
      async (context) => {
        const employeeNumber = context.unique('number');
        const value = { displayName: 'Eve', [`${ENTERPRISE_SCHEMA}:employeeNumber`]: employeeNumber };
        const user = await changed(context, 'with-flag', {}, { op: 'replace', value });
        expectEqual('employeeNumber', read(user, ENTERPRISE_SCHEMA, 'employeeNumber'), employeeNumber);
      },
      'enterprise',
    ),
    must(
      'entra.with-flag.mixed',
      'A path with a filter and a value without a path come in one request.',
      async (context) => {
        const mail = `${context.unique('mail')}@conformance.example`;
        const user = await changed(
          context,
          'with-flag',
          {},
          { op: 'replace', path: 'emails[type eq "work"].value', value: mail },
          { op: 'replace', value: { displayName: 'Eve', 'name.familyName': 'Novak' } },
        );
        expectEqual('emails.value', read(user, 'emails', 0, 'value'), mail);
        expectEqual('displayName', read(user, 'displayName'), 'Eve');
      },
    ),
  ],
};
