import { afterAll, beforeAll, expect, test } from 'vitest';
import { PREVIEW_RETRY_SECONDS } from '#scim-server/evaluation/preview-limit.ts';
import { openTestRestApi, type TestRestApi } from './rest-api.fixture.ts';

let api: TestRestApi;
beforeAll(async () => {
  api = await openTestRestApi();
});
afterAll(() => api[Symbol.asyncDispose]());

test('while a preview of an organization runs, another one is refused, and those of other organizations are not', async () => {
  const { newCaller, caller } = api.directory;
  const other = await newCaller('Okta');
  const sendTo = async ({ origin }: typeof caller) => {
    const { integration, organizationId } = origin;
    const path = `/api/integrations/${integration?.id}/preview`;
    const key = await api.keyOf('Administrator With Billing', organizationId);
    return await api.send('POST', path, { rules: { email: 'optional' } }, { 'x-api-key': key });
  };
  const held = Promise.withResolvers<void>();
  const running = api.services.previews.run(api.organizationId, () => held.promise);
  const refused = await sendTo(caller);
  expect([refused.status, refused.body.error_code, refused.headers['retry-after']]).toEqual([
    429,
    'tooManyPreviews',
    String(PREVIEW_RETRY_SECONDS),
  ]);
  expect(refused.body.message).toBe(
    'The server is still calculating another preview of rules for this organization: try again in 5 seconds.',
  );
  expect((await sendTo(other)).status).toBe(200);
  held.resolve();
  await running;
  expect((await sendTo(caller)).status).toBe(200);
});
