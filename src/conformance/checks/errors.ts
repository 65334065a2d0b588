import type { Answer } from '../client.ts';
import type { Context } from '../context.ts';
import { must, should, type Section } from '../check.ts';
import {
  expectError,
  expectEqual,
  expectRefused,
  expectScimJson,
  expectThat,
  read,
  readText,
  textOf,
} from '../expect.ts';

const scimTypes: readonly string[] = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
];

/** Sends three invalid requests and returns the responses. */
async function errorAnswers({ scim, userBody }: Context): Promise<readonly Answer[]> {
  const { userName: _, ...nameless } = userBody();
  return [await scim.get('/Users/no-such-id'), await scim.post('/Users', nameless), await scim.post('/Users', '{')];
}

export const errorsSection: Section = {
  source: 'RFC 7644 §3.12',
  title: 'Errors',
  checks: [
    must('errors.shape', 'An error is a JSON object with the schema of error messages.', async (context) => {
      for (const answer of await errorAnswers(context)) expectError(answer, [400, 404]);
    }),
    must('errors.status', 'status in the body of an error is the HTTP status as a string.', async (context) => {
      for (const answer of await errorAnswers(context)) {
        expectEqual('status', read(answer.body, 'status'), String(answer.status));
      }
    }),
    must('errors.scim-type', 'scimType, if present, is a keyword that RFC 7644 defines.', async (context) => {
      for (const answer of await errorAnswers(context)) {
        const scimType = read(answer.body, 'scimType');
        if (scimType === undefined) continue;
        expectThat(scimTypes.includes(textOf(scimType)), 'scimType', scimTypes.join(', '), scimType);
      }
    }),
    should('errors.detail', 'The detail of an error is a human-readable message.', async (context) => {
      for (const answer of await errorAnswers(context)) {
        const detail = readText(answer.body, 'detail');
        expectThat(detail.length > 0, 'detail', 'a non-empty string', detail);
      }
    }),
    must('errors.media-type', 'Errors have the media type application/scim+json.', async (context) => {
      for (const answer of await errorAnswers(context)) expectScimJson(answer);
    }),
    must('errors.malformed', 'A body that is not JSON returns 400 with invalidSyntax.', async ({ scim }) => {
      for (const body of ['{"userName": ', 'userName=x', '{"a":1}}']) {
        expectError(await scim.post('/Users', body), [400], ['invalidSyntax']);
      }
    }),
    must('errors.not-an-object', 'A body that is JSON but not an object returns 400.', async ({ scim }) => {
      for (const body of ['[]', '"text"', '5']) expectError(await scim.post('/Users', body), [400]);
    }),
    must('errors.no-body', 'A creation without a body returns 400.', async ({ scim }) => {
      expectError(await scim.post('/Users', ''), [400]);
    }),
    must('errors.unknown-endpoint', 'An endpoint that does not exist returns 404.', async ({ scim }) => {
      expectError(await scim.get('/NoSuchEndpoint'), [404]);
    }),
    must('errors.method', 'A method that an endpoint does not support is refused.', async ({ scim, userBody }) => {
      expectRefused(await scim.put('/Users', userBody()));
      expectRefused(await scim.delete('/Users'));
      expectRefused(await scim.patch('/Users', [{ op: 'add', value: { title: 'x' } }]));
      expectRefused(await scim.post('/Users/no-such-id', userBody()));
    }),
    must(
      'errors.no-leak',
      'An id with unusual characters returns a 4xx status, never a server error.',
      async ({ scim }) => {
        for (const id of ['%27', '%22%20or%201%20eq%201', '%00', 'a'.repeat(500), '..%2fGroups']) {
          const { status } = await scim.get(`/Users/${id}`);
          expectThat(status >= 400 && status < 500, `HTTP status for the id ${id.slice(0, 30)}`, '4xx', status);
        }
      },
    ),
  ],
};
