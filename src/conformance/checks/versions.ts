import { must, should, type Section } from '../check.ts';
import type { Answer } from '../client.ts';
import { expectEqual, expectError, expectStatus, expectThat, read, readText } from '../expect.ts';

function tagOf(answer: Answer): string {
  const { etag } = answer.headers;
  expectThat(etag !== undefined, 'header ETag', 'an entity tag', undefined);
  return etag;
}

const OLD = 'W/"a-version-that-never-was"';

export const versionsSection: Section = {
  source: 'RFC 7644 §3.14',
  title: 'Versions',
  needs: ['etag'],
  checks: [
    must('versions.tag', 'GET of a resource returns a quoted entity tag in ETag.', async ({ scim, newUser }) => {
      const tag = tagOf(await scim.get(`/Users/${readText(await newUser(), 'id')}`));
      expectThat(/^(W\/)?"[^"]*"$/.test(tag), 'header ETag', 'W/"…" or "…"', tag);
    }),
    should(
      'versions.changes',
      'The entity tag changes when the resource changes.',
      async ({ scim, newUser, userBody }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        const before = tagOf(await scim.get(path));
        expectStatus(await scim.put(path, userBody({ title: 'Pilot' })), 200);
        const after = tagOf(await scim.get(path));
        expectThat(after !== before, 'header ETag', 'a different tag than before the change', after);
      },
    ),
    must(
      'versions.stays',
      'The entity tag stays the same while the resource is unchanged.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        const tag = tagOf(await scim.get(path));
        expectEqual('header ETag', tagOf(await scim.get(path)), tag);
      },
    ),
    must(
      'versions.none-match',
      'GET with the current tag in If-None-Match returns 304 without a body.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        const tag = tagOf(await scim.get(path));
        const answer = await scim.get(path, { headers: { 'if-none-match': tag } });
        expectStatus(answer, 304);
        expectEqual('the body', answer.text, '');
      },
    ),
    must(
      'versions.none-match-old',
      'GET with a different tag in If-None-Match returns the resource.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectStatus(await scim.get(path, { headers: { 'if-none-match': OLD } }), 200);
      },
    ),
    must(
      'versions.put',
      'PUT with an old tag in If-Match returns 412 and changes nothing.',
      async ({ scim, newUser, userBody }) => {
        const user = await newUser();
        const path = `/Users/${readText(user, 'id')}`;
        expectError(await scim.put(path, userBody(), { headers: { 'if-match': OLD } }), [412]);
        expectEqual('userName', read((await scim.get(path)).body, 'userName'), user['userName']);
      },
    ),
    must(
      'versions.put-current',
      'PUT with the current tag in If-Match succeeds.',
      async ({ scim, newUser, userBody }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        const tag = tagOf(await scim.get(path));
        expectStatus(await scim.put(path, userBody(), { headers: { 'if-match': tag } }), 200);
      },
    ),
    must(
      'versions.patch',
      'PATCH with an old tag in If-Match returns 412 and changes nothing.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser({ title: 'Pilot' }), 'id')}`;
        const change = [{ op: 'replace', path: 'title', value: 'Captain' }];
        expectError(await scim.patch(path, change, { headers: { 'if-match': OLD } }), [412]);
        expectEqual('title', read((await scim.get(path)).body, 'title'), 'Pilot');
      },
      'patch',
    ),
    must(
      'versions.delete',
      'DELETE with an old tag in If-Match returns 412 and deletes nothing.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectError(await scim.delete(path, { headers: { 'if-match': OLD } }), [412]);
        expectStatus(await scim.get(path), 200);
      },
    ),
    must(
      'versions.lost-update',
      'If two clients change the same version concurrently, one gets 412, so that no change is lost.',
      async ({ scim, newUser }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        const tag = tagOf(await scim.get(path));
        const write = (value: string) =>
          scim.patch(path, [{ op: 'replace', path: 'title', value }], { headers: { 'if-match': tag } });
        const statuses = (await Promise.all([write('First'), write('Second')])).map(({ status }) => status);
        const done = statuses.filter((status) => status === 200 || status === 204);
        expectThat(
          done.length === 1 && statuses.includes(412),
          'HTTP statuses',
          'one 200 or 204, and one 412',
          statuses,
        );
      },
      'patch',
    ),
    must(
      'versions.any',
      'If-Match: * matches any version of the resource (RFC 9110 §13.1.1).',
      async ({ scim, newUser, userBody }) => {
        const path = `/Users/${readText(await newUser(), 'id')}`;
        expectStatus(await scim.put(path, userBody(), { headers: { 'if-match': '*' } }), 200);
      },
    ),
    must(
      'versions.list',
      'In a list, meta.version is the entity tag of each resource.',
      async ({ scim, people }) => {
        const { person, mark } = await people();
        const { body } = await scim.list('/Users', { filter: `userName eq "${mark}-person-alpha"` });
        const tag = tagOf(await scim.get(`/Users/${person('alpha').id}`));
        expectEqual('meta.version', read(body, 'Resources', 0, 'meta', 'version'), tag);
      },
      'filter',
    ),
    must(
      'versions.group',
      'Groups have entity tags, and PUT of a group checks If-Match.',
      async ({ scim, newGroup, groupBody }) => {
        const path = `/Groups/${readText(await newGroup(), 'id')}`;
        tagOf(await scim.get(path));
        expectError(await scim.put(path, groupBody(), { headers: { 'if-match': OLD } }), [412]);
      },
      'groups',
    ),
  ],
};
