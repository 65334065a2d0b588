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

/** Creates a user, changes it as Entra ID does, and returns the body of a subsequent GET. Throws CheckFailure if a request fails. */
async function patchAsEntra(
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

/** Returns checks of the requests that Entra ID sends in both dialects. */
function dialectChecks(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.${name}`;
  return [
    must(
      id('test-connection'),
      'Test Connection searches for a random user and expects 200 with an empty list.',
      async (context) => {
        const answer = await entraClient(context, dialect).get('/Users', entraFilter('userName', randomUUID()));
        expectIds(answer, []);
        expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
      },
    ),
    must(
      id('create'),
      'A creation with meta, empty roles and both schemas returns 201 and a user with an id.',
      async (context) => {
        const answer = await entraClient(context, dialect).post('/Users', entraUser(context));
        expectStatus(answer, 201);
        readText(answer.body, 'id');
        expectEqual('active', read(answer.body, 'active'), true);
      },
    ),
    must(id('create-with-nulls'), 'A creation may contain null for attributes without a value.', async (context) => {
      const user = { ...entraUser(context), addresses: null, phoneNumbers: null, preferredLanguage: null, title: null };
      expectStatus(await entraClient(context, dialect).post('/Users', user), 201);
    }),
    must(
      id('match'),
      'Filters on userName, on externalId and on the work email each find the user.',
      async (context) => {
        const entra = entraClient(context, dialect);
        const user = entraUser(context);
        const created = readText((await entra.post('/Users', user)).body, 'id');
        const mail = readText(user, 'emails', 0, 'value');
        expectIds(await entra.get('/Users', entraFilter('userName', readText(user, 'userName'))), [created]);
        expectIds(await entra.get('/Users', entraFilter('externalId', readText(user, 'externalId'))), [created]);
        expectIds(await entra.get('/Users', entraFilter('emails[type eq "work"].value', mail)), [created]);
      },
    ),
  ];
}

/** Returns checks of the changes that both dialects send in the same form, except that `op` is capitalized without the flag. */
function dialectChangeChecks(dialect: EntraDialect): readonly Check[] {
  const id = (name: string): string => `entra.${dialect}.${name}`;
  const op = (name: string): string => (dialect === 'with-flag' ? name.toLowerCase() : name);
  return [
    must(id('work-mail'), 'A path with a filter on type changes the work email.', async (context) => {
      const value = `${context.unique('mail')}@conformance.example`;
      const operation = { op: op('Replace'), path: 'emails[type eq "work"].value', value };
      const user = await patchAsEntra(context, dialect, {}, operation);
      const work = readList(user, 'emails').filter((one) => read(one, 'type') === 'work');
      expectEqual(
        'work emails',
        work.map((one) => read(one, 'value') ?? null),
        [value],
      );
    }),
    must(
      id('absent-value'),
      'add with a path such as phoneNumbers[type eq "work"].value creates a missing value.',
      async (context) => {
        const operation = { op: op('Add'), path: 'phoneNumbers[type eq "work"].value', value: '+41 44 555 01 00' };
        const numbers = readList(await patchAsEntra(context, dialect, {}, operation), 'phoneNumbers');
        expectEqual('value', read(numbers[0], 'value'), '+41 44 555 01 00');
        expectEqual('type', read(numbers[0], 'type'), 'work');
      },
      'User.phoneNumbers',
    ),
    must(
      id('extension'),
      'A path that consists of a URN, a colon and an attribute name changes an attribute of the extension.',
      async (context) => {
        const operation = { op: op('Add'), path: `${ENTERPRISE_SCHEMA}:department`, value: 'Retail' };
        expectEqual(
          'department',
          read(await patchAsEntra(context, dialect, {}, operation), ENTERPRISE_SCHEMA, 'department'),
          'Retail',
        );
      },
      'enterprise',
    ),
    ...managerChecks(dialect, op('Add')),
    must(
      id('manager-remove'),
      'The manager can be removed with remove or with an empty string.',
      async (context) => {
        const attributes = { [ENTERPRISE_SCHEMA]: { manager: { value: await newUserId(context) } } };
        for (const operation of [
          { op: op('Remove'), path: MANAGER },
          { op: op('Replace'), path: MANAGER, value: '' },
        ]) {
          const user = await patchAsEntra(context, dialect, attributes, operation);
          expectEqual('manager', read(user, ENTERPRISE_SCHEMA, 'manager'), undefined);
        }
      },
      'enterprise',
    ),
    must(id('delete'), 'DELETE deletes a user, and filters no longer find the user.', async (context) => {
      const entra = entraClient(context, dialect);
      const user = entraUser(context);
      const created = readText((await entra.post('/Users', user)).body, 'id');
      expectStatus(await context.scim.delete(`/Users/${created}`), 204);
      expectIds(await entra.get('/Users', entraFilter('userName', readText(user, 'userName'))), []);
    }),
  ];
}

/** Returns checks that the manager is returned as an object, for each of three forms in which a client may send the manager. */
function managerChecks(dialect: EntraDialect, op: string): readonly Check[] {
  const shapes: readonly (readonly [string, string, (id: string) => JsonValue])[] = [
    ['text', 'The manager may be sent as a bare id.', (id) => id],
    ['object', 'The manager may be sent as an object.', (id) => ({ value: id })],
    ['array', 'The manager may be sent as an array of one object with $ref null.', (id) => [{ $ref: null, value: id }]],
  ];
  return shapes.map(([name, requirement, shape]) =>
    must(
      `entra.${dialect}.manager-${name}`,
      requirement,
      async (context) => {
        const managerId = await newUserId(context);
        const user = await patchAsEntra(context, dialect, {}, { op, path: MANAGER, value: shape(managerId) });
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), managerId);
      },
      'enterprise' satisfies Need,
    ),
  );
}

export const entraUsersSection: Section = {
  source: 'Microsoft: "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID"',
  title: 'Entra ID users, without the flag',
  needs: ['patch', 'filter'],
  checks: [
    ...dialectChecks('without-flag'),
    ...dialectChangeChecks('without-flag'),
    must(
      'entra.without-flag.disable',
      'active sent as the string "False" is returned as a boolean.',
      async (context) => {
        const user = await patchAsEntra(context, 'without-flag', {}, { op: 'Replace', path: 'active', value: 'False' });
        expectEqual('active', read(user, 'active'), false);
      },
      'User.active',
    ),
    must(
      'entra.without-flag.enable',
      'active sent as the string "True" is returned as a boolean.',
      async (context) => {
        const operations = ['False', 'True'].map((value) => ({ op: 'Replace', path: 'active', value }));
        expectEqual('active', read(await patchAsEntra(context, 'without-flag', {}, ...operations), 'active'), true);
      },
      'User.active',
    ),
    must(
      'entra.without-flag.several',
      'A PATCH may contain one operation per attribute, with op written as Add or Replace.',
      async (context) => {
        const user = await patchAsEntra(
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
    must('entra.without-flag.remove', 'The op Remove, with a capital letter, removes the value.', async (context) => {
      const user = await patchAsEntra(context, 'without-flag', { title: 'Pilot' }, { op: 'Remove', path: 'title' });
      expectEqual('title', read(user, 'title'), undefined);
    }),
  ],
};

export const entraUsersWithFlagSection: Section = {
  source: 'Microsoft: "Known issues and resolutions with SCIM 2.0 protocol compliance"',
  title: 'Entra ID users, with aadOptscim062020',
  needs: ['patch', 'filter'],
  checks: [
    ...dialectChecks('with-flag'),
    ...dialectChangeChecks('with-flag'),
    must(
      'entra.with-flag.disable',
      'active sent as a boolean is returned as a boolean.',
      async (context) => {
        const user = await patchAsEntra(context, 'with-flag', {}, { op: 'replace', path: 'active', value: false });
        expectEqual('active', read(user, 'active'), false);
      },
      'User.active',
    ),
    must(
      'entra.with-flag.dotted',
      'A value without a path may set several attributes, with names such as name.givenName.',
      async (context) => {
        const value = { displayName: 'Eve', 'name.givenName': 'Eve', 'name.familyName': 'Novak' };
        const user = await patchAsEntra(
          context,
          'with-flag',
          { name: { middleName: 'May' } },
          { op: 'replace', value },
        );
        expectEqual('displayName', read(user, 'displayName'), 'Eve');
        expectEqual('name.givenName', read(user, 'name', 'givenName'), 'Eve');
        expectEqual('name.familyName', read(user, 'name', 'familyName'), 'Novak');
        expectEqual('name.middleName', read(user, 'name', 'middleName'), 'May');
        expectThat(read(user, 'name.givenName') === undefined, '"name.givenName"', 'no attribute with that name', user);
      },
      'User.name',
    ),
    must(
      'entra.with-flag.urn-names',
      'A value without a path may name attributes by URN, colon and attribute name.',
      async (context) => {
        const employeeNumber = context.unique('number');
        const value = { displayName: 'Eve', [`${ENTERPRISE_SCHEMA}:employeeNumber`]: employeeNumber };
        const user = await patchAsEntra(context, 'with-flag', {}, { op: 'replace', value });
        expectEqual('employeeNumber', read(user, ENTERPRISE_SCHEMA, 'employeeNumber'), employeeNumber);
      },
      'enterprise',
    ),
    must(
      'entra.with-flag.mixed',
      'One request may contain a path with a filter and a value without a path.',
      async (context) => {
        const mail = `${context.unique('mail')}@conformance.example`;
        const user = await patchAsEntra(
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
