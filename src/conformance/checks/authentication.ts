import { must, should, type Section } from '../check.ts';
import { expectError, expectStatus, expectThat } from '../expect.ts';

const wrong = { headers: { authorization: 'Bearer not-a-token-of-this-server' } };
const none = { headers: { authorization: undefined } };

export const authenticationSection: Section = {
  source: 'RFC 7644 §2',
  title: 'Authentication',
  checks: [
    must('authentication.none', 'A request without a credential is answered 401.', async ({ scim }) => {
      for (const path of ['/Users', '/Users/unknown']) expectStatus(await scim.get(path, none), 401);
    }),
    must('authentication.wrong', 'A request with a wrong token is answered 401.', async ({ scim }) => {
      expectStatus(await scim.get('/Users', wrong), 401);
    }),
    must('authentication.write', 'Nothing is written without a credential.', async ({ scim, userBody }) => {
      expectStatus(await scim.post('/Users', userBody(), none), 401);
      expectStatus(await scim.patch('/Users/unknown', [{ op: 'add', value: { title: 'x' } }], none), 401);
      expectStatus(await scim.delete('/Users/unknown', none), 401);
    }),
    must('authentication.challenge', 'A 401 says in WWW-Authenticate how to sign in.', async ({ scim }) => {
      const challenge = (await scim.get('/Users', none)).headers['www-authenticate'];
      expectThat(challenge !== undefined && challenge !== '', 'header WWW-Authenticate', 'a scheme', challenge);
    }),
    should('authentication.error-body', 'The 401 is explained by an error message.', async ({ scim }) => {
      expectError(await scim.get('/Users', wrong), [401]);
    }),
    must(
      'authentication.scheme-case',
      'The name of the scheme may be in any case (RFC 9110 §11.1).',
      async ({ scim }) => {
        const usual = await scim.get('/Users', { query: { count: 0 } });
        expectStatus(usual, 200);
        const answer = await scim.get('/Users', { query: { count: 0 }, scheme: 'bearer' });
        expectStatus(answer, 200);
      },
    ),
  ],
};
