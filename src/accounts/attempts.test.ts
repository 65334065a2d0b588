import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { AppError } from '#base/errors.ts';
import { trimAttempts } from './attempt-store.ts';
import {
  attemptPurposes,
  Attempts,
  clientAt,
  DELAY_MAX_MS,
  delayAfter,
  FAILURES_TOLERATED_MAX,
  FAILURES_PER_MINUTE_MAX,
  FAILURE_RETENTION_MS,
  FAILURES_WITHOUT_DELAY_MAX,
  type AttemptClient,
  type AttemptPurpose,
} from './attempts.ts';

let directory: TestDirectory;
/** These stand-ins for two processes share one database. */
let one: Attempts;
let two: Attempts;
beforeAll(async () => {
  directory = await openTestDirectory();
  const { database, clock } = directory.deps;
  [one, two] = [new Attempts(database, clock), new Attempts(database, clock)];
});
afterAll(() => directory[Symbol.asyncDispose]());
beforeEach(async () => {
  await directory.deps.database.deleteFrom('attempts').execute();
});

const CLIENT = clientAt('192.0.2.1');
const MINUTE_MS = 60_000;
const advance = (ms: number) => directory.clock.advance(ms);
const rows = () => directory.deps.database.selectFrom('attempts').selectAll().orderBy('bucket').execute();
const wrong = new Error('wrong');
type NamePurpose = Parameters<Attempts['begin']>[0];
type SecretPurpose = Parameters<Attempts['guardSecret']>[0];
const isByName = (purpose: AttemptPurpose): purpose is NamePurpose => attemptPurposes[purpose].by === 'name';
const purposes = Object.keys(attemptPurposes) as AttemptPurpose[];

async function fail(purpose: AttemptPurpose, name: string, client: AttemptClient = CLIENT, by = one): Promise<void> {
  if (isByName(purpose)) await (await by.begin(purpose, client, name)).fail();
  else
    await by
      .guardSecret(
        purpose,
        client,
        async () => Promise.reject(wrong),
        () => true,
      )
      .catch(passWrong);
}
function passWrong(error: unknown): void {
  if (error !== wrong) throw error;
}
async function succeed(purpose: AttemptPurpose, name: string, client: AttemptClient = CLIENT): Promise<void> {
  if (isByName(purpose)) await (await one.begin(purpose, client, name)).succeed();
  else
    expect(
      await one.guardSecret(
        purpose as SecretPurpose,
        client,
        async () => 'right',
        () => true,
      ),
    ).toBe('right');
}
/** Returns the seconds to wait from the error of a refused attempt; 0 if the attempt is not refused. */
async function waitOf(attempt: Promise<unknown>): Promise<number | undefined> {
  try {
    await attempt;
    return 0;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'tooManyAttempts') throw error;
    return error.retryAfterSeconds;
  }
}

test.for([
  [FAILURES_WITHOUT_DELAY_MAX - 1, 0],
  [FAILURES_WITHOUT_DELAY_MAX, 15_000],
  [FAILURES_WITHOUT_DELAY_MAX + 1, 30_000],
  [FAILURES_WITHOUT_DELAY_MAX + 5, 480_000],
  [FAILURES_WITHOUT_DELAY_MAX + 6, DELAY_MAX_MS],
  [10_000, DELAY_MAX_MS],
] as const)('after %i failures, a client has to wait %i ms', ([failures, ms]) => {
  expect(delayAfter(failures)).toBe(ms);
});

describe('attempts for one name', () => {
  test('make the client wait after the tenth failure, longer each time, no matter which process counts the failures', async () => {
    for (let time = 1; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('signIn', 'ann', CLIENT, two);
    expect(await waitOf(fail('signIn', 'Ann'))).toBe(0);
    expect(await waitOf(fail('signIn', 'ANN', CLIENT, two))).toBe(15);
    advance(14_999);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(1);
    advance(1);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(0);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(30);
  });

  testOnSqlite(
    'do not delay attempts for other names or from other networks, devices, sessions or stations',
    async () => {
      for (let time = 0; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('signIn', 'ann');
      expect(await waitOf(fail('signIn', 'bob'))).toBe(0);
      for (const kind of ['network', 'device', 'session', 'station', 'any'] as const) {
        expect(await waitOf(succeed('signIn', 'ann', { kind, id: 'x' })), kind).toBe(0);
      }
      expect(await waitOf(fail('signIn', 'ann', clientAt('::ffff:192.0.2.1')))).toBe(15);
    },
  );

  test('are admitted only up to the limit, even if two processes receive them concurrently', async () => {
    const begun = Array.from({ length: 2 * FAILURES_WITHOUT_DELAY_MAX }, (_, index) =>
      waitOf((index % 2 === 0 ? one : two).begin('signIn', CLIENT, 'ann')),
    );
    const admitted = (await Promise.all(begun)).filter((wait) => wait === 0);
    expect(admitted).toHaveLength(FAILURES_WITHOUT_DELAY_MAX);
  });

  test('are counted from zero again after a success, and a day after the last failure', async () => {
    for (let time = 1; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('signIn', 'ann');
    await succeed('signIn', 'ann');
    for (let time = 1; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('signIn', 'ann');
    advance(FAILURE_RETENTION_MS - 1);
    await fail('signIn', 'ann');
    expect(await waitOf(fail('signIn', 'ann'))).toBe(15);
    advance(FAILURE_RETENTION_MS);
    await fail('signIn', 'ann');
    expect(await waitOf(fail('signIn', 'ann'))).toBe(0);
  });

  test('are not counted if they are canceled', async () => {
    for (let time = 1; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('confirmation', 'ann');
    for (let time = 0; time < 3; time += 1) await (await one.begin('confirmation', CLIENT, 'ann')).cancel();
    const last = await one.begin('confirmation', CLIENT, 'ann');
    expect(last.refusedUntil?.getTime()).toBe(directory.clock.now().getTime() + 15_000);
    expect(await waitOf(one.begin('confirmation', CLIENT, 'ann'))).toBe(15);
  });
});

describeOnSqlite('the limit of a network', () => {
  const flood = async () => {
    for (let index = 0; index < FAILURES_PER_MINUTE_MAX; index += 1) await fail('signIn', `sprayed${index}`);
  };

  test('still allows a few attempts per name once it is reached, and no more within the minute', async () => {
    await flood();
    for (let time = 0; time < FAILURES_TOLERATED_MAX; time += 1) expect(await waitOf(fail('signIn', 'ann'))).toBe(0);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(60);
    expect(await waitOf(succeed('signIn', 'bob'))).toBe(0);
    advance(MINUTE_MS - 1);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(1);
    advance(1);
    expect(await waitOf(fail('signIn', 'ann'))).toBe(0);
  });

  test('does not count successes: 500 users at one address can sign in within a minute', async () => {
    for (let index = 0; index < 500; index += 1) await succeed('signIn', `user${index}`);
    expect(await rows()).toEqual([]);
    expect(await waitOf(succeed('signIn', 'user500'))).toBe(0);
  });

  test('does not count the failures of a station', async () => {
    for (let index = 0; index < FAILURES_PER_MINUTE_MAX + 1; index += 1) {
      await fail('signIn', `name${index}`, { kind: 'station', id: '00-11' });
    }
    for (let time = 0; time <= FAILURES_TOLERATED_MAX; time += 1) {
      expect(await waitOf(fail('signIn', 'ann', { kind: 'station', id: '00-11' }))).toBe(0);
    }
  });
});

describe('a secret that cannot be guessed', () => {
  test('is never refused if it is correct, and then causes no write', async () => {
    for (let time = 0; time < FAILURES_PER_MINUTE_MAX; time += 1) expect(await waitOf(fail('token', ''))).toBe(0);
    const counted = await rows();
    expect(await waitOf(fail('token', '', CLIENT, two))).toBe(60);
    for (let time = 0; time < 35; time += 1) await succeed('token', '');
    expect(await rows()).toEqual(counted);
    advance(MINUTE_MS);
    expect(await waitOf(fail('token', ''))).toBe(0);
  });

  testOnSqlite('does not count as wrong if the attempt failed for another reason', async () => {
    const attempt = one.guardSecret(
      'token',
      CLIENT,
      async () => Promise.reject(wrong),
      () => false,
    );
    await expect(attempt).rejects.toBe(wrong);
    expect(await rows()).toEqual([]);
  });
});

test.for(purposes)('failures for the purpose "%s" do not delay attempts for other purposes', async (failing) => {
  for (let index = 0; index <= FAILURES_PER_MINUTE_MAX; index += 1) await waitOf(fail(failing, `name${index}`));
  for (let time = 0; time <= FAILURES_WITHOUT_DELAY_MAX; time += 1) await waitOf(fail(failing, 'ann'));
  expect(await waitOf(fail(failing, 'ann'))).toBeGreaterThan(0);
  for (const other of purposes) {
    if (other !== failing) expect(await waitOf(fail(other, 'ann')), other).toBe(0);
    if (other !== failing) expect(await waitOf(succeed(other, 'ann')), other).toBe(0);
  }
});

test('purge() deletes expired rows, and trimAttempts() deletes the rows with the fewest failures, earliest expiry first', async () => {
  const { database, clock } = directory.deps;
  await fail('token', '');
  for (let index = 0; index < 4; index += 1) {
    advance(1);
    await fail('confirmation', `name${index}`, { kind: 'session', id: 'x' });
  }
  expect(await rows()).toHaveLength(5);
  advance(MINUTE_MS);
  expect(await one.purge()).toBe(4);
  expect(await trimAttempts(database, clock.now(), 4)).toBe(4);
  const kept = (await rows()).toSorted((a, b) => a.expires_at - b.expires_at).slice(1);
  expect(await trimAttempts(database, clock.now(), 3)).toBe(3);
  expect((await rows()).toSorted((a, b) => a.expires_at - b.expires_at)).toEqual(kept);
});

test('a flood of attempts for other names does not end the wait of a client', async () => {
  const { database, clock } = directory.deps;
  for (let time = 0; time < FAILURES_WITHOUT_DELAY_MAX; time += 1) await fail('signIn', 'ann');
  for (let index = 0; index < 4; index += 1) {
    advance(1);
    await fail('forgottenPassword', `name${index}`, clientAt('192.0.2.2'));
  }
  expect(await trimAttempts(database, clock.now(), 2)).toBe(2);
  expect(await waitOf(fail('signIn', 'ann'))).toBeGreaterThan(0);
});

testOnSqlite('names are not stored in plain text, since a password may be typed into the wrong field', async () => {
  await fail('signIn', 'my secret password');
  expect(JSON.stringify(await rows())).not.toContain('secret');
});
