import { must, type Section } from '../check.ts';
import { expectAbsent, expectEqual, expectStatus, expectThat, read, readText, resourcesOf } from '../expect.ts';
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from '../scim-names.ts';

export const projectionSection: Section = {
  source: 'RFC 7644 §3.9',
  title: 'attributes and excludedAttributes',
  checks: [
    must(
      'projection.attributes',
      'attributes gives what it names, and leaves the rest out.',
      async ({ scim, people }) => {
        const { id, sent } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: 'userName' });
        expectEqual('userName', read(body, 'userName'), sent['userName']);
        for (const name of ['displayName', 'emails', 'name']) expectAbsent(name, read(body, name));
      },
    ),
    must(
      'projection.several',
      'Names are separated by commas.',
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
      'What is always returned, such as the id, comes whatever is asked for.',
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
      'excludedAttributes leaves out what it names, and gives the rest.',
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
      'A sub-attribute may be asked for alone.',
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
      'A sub-attribute may be left out alone.',
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
      'A sub-attribute of a multi-valued attribute is taken of each value.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: 'emails.value' });
        readText(body, 'emails', 1, 'value');
        expectAbsent('emails.type', read(body, 'emails', 0, 'type'));
      },
      'User.emails',
    ),
    must('projection.case', 'The case of names does not matter.', async ({ scim, people }) => {
      const { id } = (await people()).person('alpha');
      const { body } = await scim.list(`/Users/${id}`, { attributes: 'USERNAME' });
      readText(body, 'userName');
      expectAbsent('emails', read(body, 'emails'));
    }),
    must('projection.urn', 'A name may have the URN of its schema before it.', async ({ scim, people }) => {
      const { id } = (await people()).person('alpha');
      const { body } = await scim.list(`/Users/${id}`, { attributes: `${USER_SCHEMA}:userName` });
      readText(body, 'userName');
      expectAbsent('emails', read(body, 'emails'));
    }),
    must(
      'projection.extension',
      'An attribute of an extension is asked for with its URN.',
      async ({ scim, people }) => {
        const { id, sent } = (await people()).person('alpha');
        const { body } = await scim.list(`/Users/${id}`, { attributes: `${ENTERPRISE_SCHEMA}:department` });
        expectEqual(
          'department',
          read(body, ENTERPRISE_SCHEMA, 'department'),
          read(sent, ENTERPRISE_SCHEMA, 'department'),
        );
        expectAbsent('employeeNumber', read(body, ENTERPRISE_SCHEMA, 'employeeNumber'));
        expectAbsent('userName', read(body, 'displayName'));
      },
      'enterprise',
    ),
    must(
      'projection.list',
      'Lists are shaped in the same way.',
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
      'A group can be read without its members.',
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
      'A name that does not exist gives nothing, and is no fault of the server.',
      async ({ scim, people }) => {
        const { id } = (await people()).person('alpha');
        const answer = await scim.list(`/Users/${id}`, { attributes: 'noSuchAttribute' });
        expectStatus(answer, 200, 400);
        expectAbsent('displayName', read(answer.body, 'displayName'));
      },
    ),
    must(
      'projection.put',
      'The answer to a PUT is shaped too, and the resource itself is not.',
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
      'So is the answer to a PATCH: with attributes it is 200 with a body.',
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
