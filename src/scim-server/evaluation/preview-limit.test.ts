import { expect, test } from 'vitest';
import { ORGANIZATION_PREVIEWS_MAX, PREVIEW_RETRY_SECONDS, PreviewLimit, PREVIEWS_MAX } from './preview-limit.ts';

test('an organization has at most ORGANIZATION_PREVIEWS_MAX running previews, and a process at most PREVIEWS_MAX', async () => {
  const limit = new PreviewLimit();
  const held = Promise.withResolvers<void>();
  const hold = async (organizationId: string) => await limit.run(organizationId, () => held.promise);
  const refused = { code: 'tooManyPreviews', retryAfterSeconds: PREVIEW_RETRY_SECONDS };
  const running: Promise<void>[] = [];
  for (let number = 0; number < PREVIEWS_MAX / ORGANIZATION_PREVIEWS_MAX; number += 1) {
    const organizationId = `organization ${number}`;
    for (let own = 0; own < ORGANIZATION_PREVIEWS_MAX; own += 1) running.push(hold(organizationId));
    await expect(hold(organizationId)).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('for this organization'),
    });
  }
  expect(running).toHaveLength(PREVIEWS_MAX);
  await expect(hold('one more')).rejects.toMatchObject({
    ...refused,
    message: expect.stringContaining(`${PREVIEWS_MAX} previews of rules for other organizations`),
  });
  held.resolve();
  await Promise.all(running);
  await expect(limit.run('one more', async () => 'done')).resolves.toBe('done');
});

test('a preview that fails no longer counts', async () => {
  const limit = new PreviewLimit();
  const failing = limit.run('contoso', async () => await Promise.reject(new Error('the database is busy')));
  await expect(failing).rejects.toThrow('the database is busy');
  await expect(limit.run('contoso', async () => 'done')).resolves.toBe('done');
});
