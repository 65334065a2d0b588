import { must, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectStatus, expectThat, read, readText, resourcesOf } from '../expect.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../scim-names.ts';

export const projectionSection: Section = {
  source: 'RFC 7644 §3.9',
  title: 'attributes and excludedAttributes',
  checks: [
    must('projection.attributes', 'attributes returns only the attributes that it names.', async ({ scim, people }) => {
      const { id, sent } = (await people()).person('alpha');
      const { body } = await scim.list(`/Users/${id}`, { attributes: 'userName' });
      expectEqual('userName', read(body, 'userName'), sent['userName']);
      for (const name of ['displayName', 'emails', 'name']) expectAbsent(name, read(body, name));
    }),
    must(
      'projection.several',
      'attributes accepts several names, separated by commas.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: 'userName,displayName' });
        readText(body, 'userName');
        readText(body, 'displayName');
        expectAbsent('emails', read(body, 'emails'));
      },
      'User.displayName',
    ),
    must(
      'projection.always',
      'Attributes that are always returned, such as id, are returned regardless of attributes and excludedAttributes.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        for (const query of [{ attributes: 'displayName' }, { excludedAttributes: 'id,displayName' }]) {
          const { body } = await scim.list(`/Users/${id}`, query);
          expectEqual('id', read(body, 'id'), id);
        }
      },
    ),
    must(
      'projection.excluded',
      'excludedAttributes omits only the attributes that it names.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { excludedAttributes: 'emails,displayName' });
        expectAbsent('emails', read(body, 'emails'));
        expectAbsent('displayName', read(body, 'displayName'));
        readText(body, 'userName');
      },
    ),
    must(
      'projection.sub-attribute',
      'If attributes names a sub-attribute, the other sub-attributes are omitted.',
      async ({ scim, people }) => {
        const { id, sent } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: 'name.familyName' });
        expectEqual('name.familyName', read(body, 'name', 'familyName'), read(sent, 'name', 'familyName'));
        expectAbsent('name.givenName', read(body, 'name', 'givenName'));
      },
      'User.name',
    ),
    must(
      'projection.excluded-sub-attribute',
      'If excludedAttributes names a sub-attribute, only that sub-attribute is omitted.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { excludedAttributes: 'name.familyName' });
        expectAbsent('name.familyName', read(body, 'name', 'familyName'));
        readText(body, 'name', 'givenName');
      },
      'User.name',
    ),
    must(
      'projection.multi-valued',
      'attributes may name a sub-attribute of each value of a multi-valued attribute.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: 'emails.value' });
        readText(body, 'emails', 1, 'value');
        expectAbsent('emails.type', read(body, 'emails', 0, 'type'));
      },
      'User.emails',
    ),
    must('projection.case', 'Names in attributes are case-insensitive.', async ({ scim, people }) => {
      const { id } = (await people()).person('alpha');
      const { body } = await scim.list(`/Users/${id}`, { attributes: 'USERNAME' });
      readText(body, 'userName');
      expectAbsent('emails', read(body, 'emails'));
    }),
    must('projection.urn', 'attributes may name an attribute with the URN of its schema.', async ({ scim, people }) => {
      const { id } = (await people()).person('alpha');
      const { body } = await scim.list(`/Users/${id}`, { attributes: `${USER_SCHEMA}:userName` });
      readText(body, 'userName');
      expectAbsent('emails', read(body, 'emails'));
    }),
    must(
      'projection.extension',
      'attributes names an attribute of an extension with the URN of the extension.',
      async ({ scim, people }) => {
        const { id, sent } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: `${ENTERPRISE_SCHEMA}:department` });
        expectEqual(
          'department',
          read(body, ENTERPRISE_SCHEMA, 'department'),
          read(sent, ENTERPRISE_SCHEMA, 'department'),
        );
        expectAbsent('employeeNumber', read(body, ENTERPRISE_SCHEMA, 'employeeNumber'));
        expectAbsent('displayName', read(body, 'displayName'));
      },
      'enterprise',
    ),
    must(
      'projection.list',
      'attributes applies to each resource in a list.',
      async ({ scim, people }) => {
        const { filter } = await people();
        for (const resource of resourcesOf(await scim.list('/Users', { filter, attributes: 'userName' }))) {
          readText(resource, 'userName');
          readText(resource, 'id');
          expectAbsent('displayName', read(resource, 'displayName'));
        }
      },
      'filter',
    ),
    must(
      'projection.members',
      'excludedAttributes can omit the members of a group.',
      async ({ scim, newUser, newGroup }) => {
        const group = await newGroup({ members: [{ value: readText(await newUser(), 'id') }] });
        const { body } = await scim.list(`/Groups/${readText(group, 'id')}`, { excludedAttributes: 'members' });
        readText(body, 'displayName');
        expectAbsent('members', read(body, 'members'));
      },
      'groups',
    ),
    must(
      'projection.unknown',
      'An unknown name in attributes is refused or returns no extra attributes.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const answer = await scim.list(`/Users/${id}`, { attributes: 'noSuchAttribute' });
        expectStatus(answer, 200, 400);
        expectAbsent('displayName', read(answer.body, 'displayName'));
      },
    ),
    must(
      'projection.put',
      'attributes applies to the response to a PUT, but not to the stored resource.',
      async ({ scim, newUser, userBody }) => {
        const id = readText(await newUser(), 'id');
        const answer = await scim.put(`/Users/${id}`, userBody({ displayName: 'Ann' }), {
          query: { attributes: 'userName' },
        });
        expectStatus(answer, 200);
        expectAbsent('displayName', read(answer.body, 'displayName'));
        expectEqual('displayName', read((await scim.get(`/Users/${id}`)).body, 'displayName'), 'Ann');
      },
      'User.displayName',
    ),
    must(
      'projection.patch',
      'PATCH with attributes returns 200 and the attributes that it names.',
      async ({ scim, newUser }) => {
        const id = readText(await newUser({ displayName: 'Ann' }), 'id');
        const change = [{ op: 'replace', path: 'title', value: 'Pilot' }];
        const answer = await scim.patch(`/Users/${id}`, change, { query: { attributes: 'title' } });
        expectStatus(answer, 200);
        expectThat(read(answer.body, 'title') === 'Pilot', 'title', 'Pilot', read(answer.body, 'title'));
        expectAbsent('displayName', read(answer.body, 'displayName'));
      },
      'patch',
      'User.title',
    ),
  ],
};
