import { must, type Section } from '../check.ts';
import { expectStatus, expectThat, read } from '../expect.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export const meSection: Section = {
  source: 'RFC 7644 §3.11',
  title: 'The alias /Me',
  checks: [
    must(
      'me.get',
      'GET /Me gives the user of the credential or leads there; without such a user it is 404 or 403, without the alias 501.',
      async ({ scim }) => {
        const answer = await scim.get('/Me');
        expectStatus(answer, 200, ...REDIRECTS, 403, 404, 501);
        const id = read(answer.body, 'id');
        expectThat(answer.status !== 200 || id !== undefined, 'id', 'the id of the user', id);
      },
    ),
  ],
};
