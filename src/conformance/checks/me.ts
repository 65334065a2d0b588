import { must, type Section } from '../check.ts';
import { expectStatus, expectThat, read } from '../expect.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

export const meSection: Section = {
  source: 'RFC 7644 §3.11',
  title: 'The alias /Me',
  checks: [
    must(
      'me.get',
      'GET /Me returns or redirects to the current user; it returns 403 or 404 if there is none, or 501 if /Me is unsupported.',
      async ({ scim }) => {
        const answer = await scim.get('/Me');
        expectStatus(answer, 200, ...REDIRECTS, 403, 404, 501);
        const id = read(answer.body, 'id');
        expectThat(answer.status !== 200 || id !== undefined, 'id', 'the id of the user', id);
      },
    ),
  ],
};
