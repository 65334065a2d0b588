import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { quotas } from '#accounts/quotas.ts';
import { listEvents } from './event-store.ts';
import {
  CREDENTIAL_REFUSALS_MAX,
  CREDENTIAL_REFUSALS_PER_DAY_MAX,
  dailyLimits,
  ORGANIZATION_REFUSALS_PER_DAY_MAX,
  recordRefusedRequest,
  REFUSAL_WINDOW_MS,
  TARGET_REFUSALS_MAX,
  type DailyLimits,
} from './refusal-store.ts';

/** Refuses a request of a credential about a new target. Returns true if the content of the request was kept. */
async function refuse({ deps, caller }: TestDirectory, credentialId: string, target: string, perDay: DailyLimits) {
  let isKept = false;
  await recordRefusedRequest(
    deps.database,
    deps.clock,
    {
      origin: caller.origin,
      credentialId,
      draft: {
        type: 'request_refused',
        target: { type: 'user', id: null, name: target },
        error: { code: 'emailRequired', message: 'The email is missing.', status: 400 },
      },
      keep: () => {
        isKept = true;
        return Promise.resolve();
      },
    },
    perDay,
  );
  return isKept;
}

test('the content of refused requests is kept up to the limits of a key and of an organization in a day, and again on the next day', async () => {
  await using directory = await openTestDirectory();
  const perDay = { ...dailyLimits, credential: 4, organization: 6 };
  const kept: boolean[] = [];
  for (let number = 0; number < 5; number += 1) {
    kept.push(await refuse(directory, 'first', `a${number}`, perDay));
    // The limits of an hour do not decide.
    directory.clock.advance(REFUSAL_WINDOW_MS);
  }
  for (let number = 0; number < 3; number += 1) kept.push(await refuse(directory, 'second', `b${number}`, perDay));
  expect(kept).toEqual([true, true, true, true, false, true, true, false]);
  directory.clock.advance(24 * REFUSAL_WINDOW_MS);
  expect(await refuse(directory, 'first', 'c', perDay)).toBe(true);
  const { organizationId } = directory.caller.origin;
  const events = await listEvents(directory.deps.database, { organizationId, type: 'request_refused', limit: 100 });
  expect(events.filter((event) => !('repeated' in event))).toHaveLength(kept.filter(Boolean).length + 1);
});

test('the guide states the limits of a day as they are', () => {
  expect([dailyLimits.credential, dailyLimits.organization]).toEqual([
    CREDENTIAL_REFUSALS_PER_DAY_MAX,
    ORGANIZATION_REFUSALS_PER_DAY_MAX,
  ]);
  const guide = (name: string) => readFileSync(`docs/guide/${name}.md`, 'utf8').replaceAll(/\s+/g, ' ');
  const [key, organization, hour] = [
    CREDENTIAL_REFUSALS_PER_DAY_MAX,
    ORGANIZATION_REFUSALS_PER_DAY_MAX,
    CREDENTIAL_REFUSALS_MAX,
  ].map((limit) => limit.toLocaleString('en-US'));
  expect(TARGET_REFUSALS_MAX).toBe(5);
  expect(guide('requests')).toContain(
    `the first five refusals of an hour are kept, and of one key the first ${hour}; in a day, the first ${key} of one key and ${organization} of the organization`,
  );
  const events = guide('events');
  expect(events).toContain(`| of one credential | ${key} within a day |`);
  expect(events).toContain(`| of all credentials of an organization | ${organization} within a day |`);
  const administrators = guide('administrators-and-keys');
  for (const text of [
    `create at most ${quotas.organizations.max} organizations`,
    `send at most ${quotas.namedMails.max} emails to addresses that a request names`,
    `send at most ${quotas.requestedMails.max.toLocaleString('en-US')} other emails on request`,
  ]) {
    expect(administrators).toContain(text);
  }
});
