import { must, should, type Section } from '../check.ts';
import {
  expectAbsent,
  expectEqual,
  expectError,
  expectStatus,
  expectThat,
  read,
  readList,
  readText,
} from '../expect.ts';

export const attributeNamesSection: Section = {
  source: 'RFC 7643 §2.1',
  title: 'Attribute names',
  checks: [
    must(
      'names.body',
      'Attribute names in a request body are case-insensitive.',
      async ({ scim, userBody, unique }) => {
        const { userName, emails, schemas } = userBody();
        const nickName = unique('nick');
        const answer = await scim.post('/Users', {
          schemas: schemas ?? [],
          USERNAME: userName,
          EMails: emails,
          NickNAME: nickName,
        });
        expectStatus(answer, 201);
        expectEqual('userName', read(answer.body, 'userName'), userName);
        expectEqual('nickName', read(answer.body, 'nickName'), nickName);
      },
      'User.nickName',
    ),
    must(
      'names.sub-attributes',
      'Sub-attribute names in a request body are case-insensitive.',
      async ({ newUser, unique }) => {
        const familyName = unique('family');
        const user = await newUser({ name: { FAMILYname: familyName } });
        expectEqual('name.familyName', read(user, 'name', 'familyName'), familyName);
      },
      'User.name',
    ),
    must(
      'names.schema-urn',
      'The URN of an extension in a request body is case-insensitive.',
      async ({ newUser }) => {
        const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:user';
        const user = await newUser({ [urn]: { department: 'Research' } });
        expectEqual('department', read(user, urn, 'department'), 'Research');
      },
      'enterprise',
    ),
  ],
};

export const dataTypesSection: Section = {
  source: 'RFC 7643 §2.3',
  title: 'Data types',
  checks: [
    must(
      'types.object-for-text',
      'An object instead of a string is refused with invalidValue or invalidSyntax.',
      async ({ scim, userBody }) => {
        const answer = await scim.post('/Users', userBody({ userName: { first: 'x' } }));
        expectError(answer, [400], ['invalidValue', 'invalidSyntax']);
      },
    ),
    must(
      'types.text-for-object',
      'A string instead of a complex attribute is refused.',
      async ({ scim, userBody }) => {
        expectError(
          await scim.post('/Users', userBody({ name: 'Ann Meier' })),
          [400],
          ['invalidValue', 'invalidSyntax'],
        );
      },
      'User.name',
    ),
    must(
      'types.text-for-boolean',
      'A string that is not a boolean is refused for active.',
      async ({ scim, userBody }) => {
        expectError(
          await scim.post('/Users', userBody({ active: 'perhaps' })),
          [400],
          ['invalidValue', 'invalidSyntax'],
        );
      },
      'User.active',
    ),
    must(
      'types.boolean',
      'Booleans are returned as JSON booleans.',
      async ({ newUser }) => {
        expectEqual('active', read(await newUser({ active: true }), 'active'), true);
      },
      'User.active',
    ),
    must(
      'types.unicode',
      'A string may contain any Unicode character and is returned unchanged.',
      async ({ newUser, unique }) => {
        const displayName = `${unique('name')} Žofie Ø 李小龙 🙂 "quoted" \\ /`;
        expectEqual('displayName', read(await newUser({ displayName }), 'displayName'), displayName);
      },
      'User.displayName',
    ),
  ],
};

export const multiValuedSection: Section = {
  source: 'RFC 7643 §2.4',
  title: 'Multi-valued attributes',
  checks: [
    must(
      'multi-valued.kept',
      'The server keeps the sub-attributes of each value.',
      async ({ newUser, unique }) => {
        const address = `${unique('mail')}@conformance.example`;
        const emails = [
          { value: address, type: 'work', primary: true },
          { value: `home.${address}`, type: 'home' },
        ];
        const answered = readList(await newUser({ emails }), 'emails');
        for (const { value, type } of emails) {
          const found = answered.find((one) => read(one, 'value') === value);
          expectEqual(`type of ${value}`, read(found, 'type'), type);
        }
      },
      'User.emails',
    ),
    must(
      'multi-valued.one-primary',
      'At most one value is primary: a request with two is refused, or the server keeps one of them.',
      async ({ scim, userBody, unique }) => {
        const address = `${unique('mail')}@conformance.example`;
        const emails = [
          { value: address, type: 'work', primary: true },
          { value: `home.${address}`, type: 'home', primary: true },
        ];
        const answer = await scim.post('/Users', userBody({ emails }));
        if (answer.status === 201) {
          const primaries = readList(answer.body, 'emails').filter((one) => read(one, 'primary') === true);
          expectThat(primaries.length <= 1, 'primary emails', 'at most one', primaries);
        } else expectError(answer, [400], ['invalidValue', 'invalidSyntax']);
      },
      'User.emails',
    ),
    must(
      'multi-valued.new-primary',
      'A PATCH that adds a primary value makes the previous primary value non-primary.',
      async ({ scim, newUser, unique }) => {
        const id = readText(await newUser(), 'id');
        const value = { value: `${unique('mail')}@conformance.example`, type: 'home', primary: true };
        expectStatus(await scim.patch(`/Users/${id}`, [{ op: 'add', path: 'emails', value: [value] }]), 200, 204);
        const emails = readList((await scim.get(`/Users/${id}`)).body, 'emails');
        const primaries = emails
          .filter((one) => read(one, 'primary') === true)
          .map((one) => read(one, 'value') ?? null);
        expectEqual('number of emails', emails.length, 2);
        expectEqual('primary emails', primaries, [value.value]);
      },
      'patch',
      'User.emails',
    ),
  ],
};

export const unassignedSection: Section = {
  source: 'RFC 7643 §2.5',
  title: 'Unassigned and null values',
  checks: [
    must('unassigned.null', 'An attribute that is set to null has no value.', async ({ scim, newUser }) => {
      const user = await newUser({ nickName: null, title: null });
      expectThat((read(user, 'nickName') ?? null) === null, 'nickName', 'no value', read(user, 'nickName'));
      expectStatus(await scim.get(`/Users/${readText(user, 'id')}`), 200);
    }),
    must('unassigned.empty', 'An attribute that is set to an empty array has no value.', async ({ newUser }) => {
      const phones = readList(await newUser({ phoneNumbers: [] }), 'phoneNumbers');
      expectEqual('phoneNumbers', phones, []);
    }),
    must(
      'unassigned.put-null',
      'A PUT with null clears the value.',
      async ({ scim, newUser }) => {
        const user = await newUser({ nickName: 'Nick' });
        const { nickName: _, ...rest } = user;
        const answer = await scim.put(`/Users/${readText(user, 'id')}`, { ...rest, nickName: null });
        expectStatus(answer, 200);
        expectThat(
          (read(answer.body, 'nickName') ?? null) === null,
          'nickName',
          'no value',
          read(answer.body, 'nickName'),
        );
      },
      'User.nickName',
    ),
    should('unassigned.left-out', 'Responses omit attributes that have no value.', async ({ newUser }) => {
      const user = await newUser({ nickName: null, phoneNumbers: [] });
      expectAbsent('nickName', user['nickName']);
      expectAbsent('phoneNumbers', user['phoneNumbers']);
    }),
  ],
};
