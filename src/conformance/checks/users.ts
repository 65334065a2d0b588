import type { JsonValue } from '#base/json.ts';
import { must, type Section } from '../check.ts';
import {
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  read,
  readList,
  readText,
  textOf,
  NotTestable,
} from '../expect.ts';
import type { Need } from '../need.ts';

const simple: Readonly<Record<string, string>> = {
  displayName: 'Ann Meier',
  nickName: 'Ann',
  profileUrl: 'https://people.example/ann',
  title: 'Vice President',
  userType: 'Employee',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'Europe/Zurich',
};

const name = {
  familyName: 'Meier',
  givenName: 'Ann',
  middleName: 'Eva',
  honorificPrefix: 'Dr.',
  honorificSuffix: 'II',
};

const plural: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> = {
  phoneNumbers: { value: '+41 44 555 01 00', type: 'work' },
  ims: { value: 'ann.meier', type: 'xmpp' },
  photos: { value: 'https://people.example/ann.jpg', type: 'photo' },
  addresses: { type: 'work', streetAddress: '1 High Street', locality: 'Zürich', postalCode: '8001', country: 'CH' },
  entitlements: { value: 'printer' },
  roles: { value: 'reader' },
  x509Certificates: { value: 'MIIBszCCARwCAQAwDQYJKoZIhvcNAQEL' },
};

const keptChecks = Object.entries(plural).map(([attribute, value]) =>
  must(
    `users.${attribute.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    `The server keeps every sub-attribute of ${attribute} that the client sends.`,
    async ({ newUser }) => {
      const user = await newUser({ [attribute]: [value] });
      for (const [key, inner] of Object.entries(value)) {
        expectEqual(`${attribute}.${key}`, read(user, attribute, 0, key), inner);
      }
    },
    `User.${attribute}` satisfies Need,
  ),
);

export const usersSection: Section = {
  source: 'RFC 7643 §4.1',
  title: 'Users',
  checks: [
    must(
      'users.simple',
      'The server keeps the simple attributes as the client sends them.',
      async ({ newUser, capabilities }) => {
        const wanted = Object.fromEntries(
          Object.entries(simple).filter(([key]) => capabilities.supports(`User.${key}`)),
        );
        const user = await newUser(wanted);
        for (const [key, value] of Object.entries(wanted)) expectEqual(key, read(user, key), value);
      },
    ),
    must(
      'users.name',
      'The server keeps the sub-attributes of name.',
      async ({ newUser }) => {
        const user = await newUser({ name });
        for (const [key, value] of Object.entries(name)) expectEqual(`name.${key}`, read(user, 'name', key), value);
      },
      'User.name',
    ),
    ...keptChecks,
    must(
      'users.user-name-unique',
      'A second user with the same userName is refused with 409.',
      async ({ scim, newUser, userBody }) => {
        const { userName } = await newUser();
        expectError(await scim.post('/Users', userBody({ userName: userName ?? null })), [409], ['uniqueness']);
      },
    ),
    must(
      'users.user-name-case',
      'A userName that differs from an existing one only in case is refused with 409.',
      async ({ scim, newUser, userBody }) => {
        const userName = readText(await newUser(), 'userName').toUpperCase();
        expectError(await scim.post('/Users', userBody({ userName })), [409], ['uniqueness']);
      },
    ),
    must('users.user-name-required', 'A user without a userName is refused.', async ({ scim, userBody }) => {
      const { userName: _, ...rest } = userBody();
      expectError(await scim.post('/Users', rest), [400], ['invalidValue', 'invalidSyntax']);
    }),
    must('users.user-name-empty', 'An empty userName is refused.', async ({ scim, userBody }) => {
      expectError(await scim.post('/Users', userBody({ userName: '' })), [400], ['invalidValue', 'invalidSyntax']);
    }),
    must('users.groups-read-only', 'groups is readOnly: the server ignores it in a request.', async ({ newUser }) => {
      const user = await newUser({ groups: [{ value: 'no-such-group' }] });
      expectEqual('groups', readList(user, 'groups'), []);
    }),
    must(
      'users.groups',
      'groups lists the groups that the user is a member of.',
      async ({ scim, newUser, newGroup }) => {
        const id = readText(await newUser(), 'id');
        const groupId = readText(await newGroup({ members: [{ value: id }] }), 'id');
        const groups = readList((await scim.get(`/Users/${id}`)).body, 'groups').map(
          (one) => read(one, 'value') ?? null,
        );
        expectEqual('ids of the groups', groups, [groupId]);
      },
      'groups',
      'User.groups',
    ),
  ],
};

const PASSWORD = 'Correct-Horse-7-Battery';

export const passwordSection: Section = {
  source: 'RFC 7643 §4.1.1',
  title: 'The password is never returned',
  needs: ['User.password'],
  checks: [
    must('password.create', 'The response to a creation does not contain the password.', async ({ scim, userBody }) => {
      const answer = await scim.post('/Users', userBody({ password: PASSWORD }));
      expectThat(!answer.text.includes(PASSWORD), 'the body', 'no password', answer.text);
      expectThat(read(answer.body, 'password') === undefined, 'password', 'nothing', 'a value');
    }),
    must(
      'password.read',
      'GET of a user does not return the password, not even if attributes names it.',
      async ({ scim, userBody }) => {
        const body = userBody({ password: PASSWORD });
        const id = read((await scim.post('/Users', body)).body, 'id');
        if (typeof id !== 'string')
          throw new NotTestable('the server does not accept a password when it creates a user');
        for (const query of [{}, { attributes: 'userName,password' }, { excludedAttributes: 'title' }]) {
          const answer = await scim.list(`/Users/${id}`, query);
          expectStatus(answer, 200);
          expectThat(read(answer.body, 'password') === undefined, 'password', 'nothing', 'a value');
          expectThat(!answer.text.includes(PASSWORD), 'the body', 'no password', answer.text);
        }
      },
    ),
    must(
      'password.filter',
      'A filter on the password is refused or matches no users, so that it cannot reveal the password.',
      async ({ scim, userBody }) => {
        const { userName } = userBody();
        await scim.post('/Users', userBody({ userName: userName ?? null, password: PASSWORD }));
        const filter = `userName eq "${textOf(userName)}" and password sw "${PASSWORD.slice(0, 3)}"`;
        const answer = await scim.list('/Users', { filter });
        if (answer.status === 200) expectEqual('totalResults', read(answer.body, 'totalResults'), 0);
        else expectStatus(answer, 400, 403);
      },
      'filter',
    ),
  ],
};
