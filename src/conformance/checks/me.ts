import { must, type Section } from '../check.ts';
import { expectStatus, expectThat, read } from '../expect.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export const meSection: Section = {
  source: 'RFC 7644 §3.11',
  title: 'The alias /Me',
  checks: [
    must(
      'me.get',
      'GET /Me returns the current user or redirects to it, or returns 403 or 404 without such a user, or 501 if unsupported.',
      async ({ scim }) => {
        const answer = await scim.get('/Me');
        expectStatus(answer, 200, ...REDIRECTS, 403, 404, 501);
        const id = read(answer.body, 'id');
        expectThat(answer.status !== 200 || id !== undefined, 'id', 'the id of the user', id);
      },
    ),
  ],
};
