import { must, should, type Section } from '../check.ts';
import { expectError, expectStatus, expectThat } from '../expect.ts';

const wrong = { headers: { authorization: 'Bearer not-a-token-of-this-server' } };
const none = { headers: { authorization: undefined } };

export const authenticationSection: Section = {
  source: 'RFC 7644 §2',
  title: 'Authentication',
  checks: [
    must('authentication.none', 'A request without credentials returns 401.', async ({ scim }) => {
      for (const path of ['/Users', '/Users/unknown']) expectStatus(await scim.get(path, none), 401);
    }),
    must('authentication.wrong', 'A request with an invalid token returns 401.', async ({ scim }) => {
      expectStatus(await scim.get('/Users', wrong), 401);
    }),
    must('authentication.write', 'A write request without credentials returns 401.', async ({ scim, userBody }) => {
      expectStatus(await scim.post('/Users', userBody(), none), 401);
      expectStatus(await scim.patch('/Users/unknown', [{ op: 'add', value: { title: 'x' } }], none), 401);
      expectStatus(await scim.delete('/Users/unknown', none), 401);
    }),
    must(
      'authentication.challenge',
      'A 401 response names an authentication scheme in WWW-Authenticate.',
      async ({ scim }) => {
        const challenge = (await scim.get('/Users', none)).headers['www-authenticate'];
        expectThat(
          challenge !== undefined && challenge !== '',
          'header WWW-Authenticate',
          'an authentication scheme',
          challenge,
        );
      },
    ),
    should('authentication.error-body', 'The body of a 401 response is a SCIM error message.', async ({ scim }) => {
      expectError(await scim.get('/Users', wrong), [401]);
    }),
    must(
      'authentication.scheme-case',
      'The authentication scheme in Authorization is case-insensitive (RFC 9110 §11.1).',
      async ({ scim }) => {
        const usual = await scim.get('/Users', { query: { count: 0 } });
        expectStatus(usual, 200);
        const answer = await scim.get('/Users', { query: { count: 0 }, scheme: 'bearer' });
        expectStatus(answer, 200);
      },
    ),
  ],
};
