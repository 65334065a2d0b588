import { must, should, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectStatus, expectThat, read, readText, textOf } from '../expect.ts';
import { ENTERPRISE_SCHEMA } from '../scim-names.ts';

export const enterpriseUsersSection: Section = {
  source: 'RFC 7643 §4.3',
  title: 'The enterprise extension',
  needs: ['enterprise'],
  checks: [
    must(
      'enterprise.kept',
      'The server keeps the attributes of the extension under its URN.',
      async ({ newUser, unique }) => {
        const sent = {
          employeeNumber: unique('number'),
          costCenter: '4130',
          organization: 'Universal',
          division: 'Theme Park',
          department: 'Tours',
        };
        const user = await newUser({ [ENTERPRISE_SCHEMA]: sent });
        for (const [key, value] of Object.entries(sent)) expectEqual(key, read(user, ENTERPRISE_SCHEMA, key), value);
      },
    ),
    must(
      'enterprise.manager',
      'manager is a complex attribute that refers to another user by id.',
      async ({ newUser }) => {
        const managerId = readText(await newUser(), 'id');
        const user = await newUser({ [ENTERPRISE_SCHEMA]: { manager: { value: managerId } } });
        expectEqual('manager.value', read(user, ENTERPRISE_SCHEMA, 'manager', 'value'), managerId);
      },
    ),
    must(
      'enterprise.manager-display',
      'The displayName of manager is readOnly: the server ignores it in a request.',
      async ({ newUser, unique }) => {
        const displayName = unique('boss');
        const managerId = readText(await newUser({ displayName }), 'id');
        const manager = { value: managerId, displayName: 'Somebody Else' };
        const user = await newUser({ [ENTERPRISE_SCHEMA]: { manager } });
        const got = read(user, ENTERPRISE_SCHEMA, 'manager', 'displayName');
        expectThat(got === undefined || got === displayName, 'manager.displayName', `${displayName}, or nothing`, got);
      },
    ),
    should('enterprise.manager-ref', 'The $ref of manager is the URI of that user.', async ({ newUser }) => {
      const managerId = readText(await newUser(), 'id');
      const user = await newUser({ [ENTERPRISE_SCHEMA]: { manager: { value: managerId } } });
      const reference = readText(user, ENTERPRISE_SCHEMA, 'manager', '$ref');
      expectThat(reference.endsWith(`/Users/${managerId}`), 'manager.$ref', `…/Users/${managerId}`, reference);
    }),
    must('enterprise.replaced', 'A PUT without the extension removes its attributes.', async ({ scim, newUser }) => {
      const { [ENTERPRISE_SCHEMA]: _, ...rest } = await newUser({ [ENTERPRISE_SCHEMA]: { department: 'Tours' } });
      const answer = await scim.put(`/Users/${textOf(rest['id'])}`, rest);
      expectStatus(answer, 200);
      expectAbsent('department', read(answer.body, ENTERPRISE_SCHEMA, 'department'));
    }),
  ],
};
