import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeOnSqlite, testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { openMailServer, type TestMailServer } from '../../tests/support/mail-server.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { CLAIM_MS, RETRY_MINUTES, startMailer, type Mailer } from './deliver.ts';
import { listMails } from './mail-list-store.ts';
import {
  cancelExpiredMails,
  claimDueMail,
  findMail,
  failInterruptedMails,
  markFailed,
  markHandedOver,
  requeueMail,
} from './outbox-store.ts';
import { MAIL_EXPIRY_DAYS, queueMail, readMail } from './outbox.ts';

const MINUTE_MS = 60_000;
const secrets = createSecretBox(randomBytes(32));
const ANN = 'ann@example.com';

let directory: TestDirectory;
let server: TestMailServer;
let lines: string[];
let mailers: Mailer[];

beforeEach(async () => {
  directory = await openTestDirectory();
  server = await openMailServer();
  lines = [];
  mailers = [];
});
afterEach(async () => {
  await Promise.all(mailers.map((mailer) => mailer.stop()));
  await server[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

const organization = () => directory.caller.origin.organizationId;
const advance = (ms: number) => directory.clock.advance(ms);

async function start(smtpUrl: string | undefined = server.url('?ignoreTLS=true')): Promise<Mailer> {
  const { database, clock } = directory.deps;
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const mailer = await startMailer({
    databases: [database],
    clock,
    log,
    secrets,
    smtpUrl,
    from: 'Tanhua <no-reply@example.com>',
  });
  mailers.push(mailer);
  return mailer;
}

async function queue(recipient = ANN, expiresAt?: Date): Promise<string> {
  const { database, clock } = directory.deps;
  return await queueMail({ clock, secrets, wakeMailer: () => {} }, database, {
    organizationId: organization(),
    kind: 'activate_user_custom',
    language: 'en',
    recipient,
    targetId: 'the-user',
    targetType: 'user',
    targetName: 'ann',
    tokens: { first_name: 'Ann', org_name: 'Example', contact_name: 'IT', contact_email: 'it@example.com' },
    link: 'https://directory.example/portal/activate?token=the-secret-token',
    expiresAt,
  });
}

const stateOf = async (id: string) => await findMail(directory.deps.database, organization(), id);

/** Waits until an email meets a condition, and returns it. */
async function waitForMail(id: string, what: (mail: NonNullable<Awaited<ReturnType<typeof stateOf>>>) => boolean) {
  for (let count = 0; count < 500; count += 1) {
    const mail = await stateOf(id);
    if (mail !== undefined && what(mail)) return mail;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the email is ${JSON.stringify(await stateOf(id))}`);
}
/** Waits until the attempt with this number has failed and the next attempt is scheduled. */
const triedAgain = (id: string, times: number) =>
  waitForMail(
    id,
    ({ attempts, error, nextAttemptAt }) =>
      attempts === times && error !== null && nextAttemptAt !== null && nextAttemptAt > directory.clock.now(),
  );
const failedOnce = (id: string) => waitForMail(id, ({ error }) => error !== null);
const isSent = (id: string) => waitForMail(id, ({ state }) => state === 'sent');
const isFailed = (id: string) => waitForMail(id, ({ state }) => state === 'failed');
/** Waits long enough to notice an email that must not arrive. */
const quiet = async () => await new Promise((resolve) => setTimeout(resolve, 200));

describe('an email', () => {
  test('arrives once, as text and as HTML, with a Message-ID, a reply address and the headers of automatic mail', async () => {
    const id = await queue();
    await start();
    const [mail] = await server.waitFor(1);
    await isSent(id);
    const { parsed } = mail ?? {};
    expect(mail).toMatchObject({ from: 'no-reply@example.com', to: ANN });
    expect(parsed?.subject).toBe('Your account at Example');
    expect(parsed?.text).toContain('token=the-secret-token');
    expect(parsed?.html).toContain('<h1');
    expect(parsed?.messageId).toBe(`<${id}.1@example.com>`);
    expect(parsed?.replyTo?.value).toEqual([{ name: 'IT', address: 'it@example.com' }]);
    expect(parsed?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed?.headers.get('x-tanhua-mail')).toBe(id);
    await quiet();
    expect(server.received).toHaveLength(1);
    expect(lines.join('\n')).not.toContain('the-secret-token');
  });

  testOnSqlite('is stored encrypted, and can be read only with the right key', async () => {
    const id = await queue();
    const { database } = directory.deps;
    expect(JSON.stringify(await database.selectFrom('mails').selectAll().execute())).not.toContain('the-secret-token');
    expect((await readMail({ secrets }, database, organization(), id)).content.text).toContain('the-secret-token');
    const stranger = { secrets: createSecretBox(randomBytes(32)) };
    await expect(readMail(stranger, database, organization(), id)).rejects.toMatchObject({ code: 'configuration' });
  });

  testOnSqlite(
    'waits in the outbox if there is no mail server, and the log reports this without the recipient or the content',
    async () => {
      const id = await queue();
      const { database, clock } = directory.deps;
      const mailer = await startMailer({
        databases: [database],
        clock,
        log: pino({}, { write: (line: string) => void lines.push(line) }),
        secrets,
        smtpUrl: undefined,
        from: 'x@example.com',
      });
      mailer.wake();
      await mailer.stop();
      expect(await stateOf(id)).toMatchObject({ state: 'waiting', attempts: 0 });
      expect(lines.join('\n')).toContain('an email waits in the outbox');
      expect(lines.join('\n')).not.toMatch(/secret-token|ann@example/);
    },
  );

  // There are more emails than a process sends concurrently, so that each sender takes several.
  test.each([
    ['thirty', 'four processes', 30, 4],
    ['ten', 'one process', 10, 1],
  ])('is sent exactly once if there are %s emails and %s', async (_, __, count, processes) => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push(await queue(`user${index}@example.com`));
    await Promise.all(Array.from({ length: processes }, async () => await start()));
    await server.waitFor(count);
    for (const id of ids) await isSent(id);
    await quiet();
    expect(server.received.map(({ to }) => to).toSorted()).toEqual(
      ids.map((_id, index) => `user${index}@example.com`).toSorted(),
    );
  });

  test('to an address that contains SMTP commands fails, and does not prevent other emails from arriving', async () => {
    const evil = await queue('ann@example.com>\r\nRCPT TO:<victim@example.com');
    await queue('good@example.com');
    await start();
    await server.waitFor(1, 'good@example.com');
    expect(await isFailed(evil)).toMatchObject({ attempts: 1 });
    expect(server.received).toHaveLength(1);
  });

  testOnSqlite('arrives unchanged if its subject and its text contain non-ASCII letters', async () => {
    const { database, clock } = directory.deps;
    await queueMail({ clock, secrets, wakeMailer: () => {} }, database, {
      organizationId: organization(),
      kind: 'activate_user_custom',
      language: 'en',
      recipient: ANN,
      targetId: null,
      tokens: { first_name: 'Zoë 李', org_name: 'Müller & Söhne' },
    });
    await start();
    const [mail] = await server.waitFor(1);
    expect(mail?.parsed.subject).toBe('Your account at Müller & Söhne');
    expect(mail?.parsed.text).toContain('Welcome, Zoë 李');
  });
});

describeOnSqlite('a failed attempt', () => {
  test('that ends with a temporary refusal (4xx) is repeated on schedule with the same Message-ID until the email arrives', async () => {
    const id = await queue();
    let refusals = 3;
    server.behavior = { refuseMessage: () => (refusals-- > 0 ? '451 come again' : undefined) };
    const mailer = await start();
    for (const [index, minutes] of RETRY_MINUTES.slice(0, 3).entries()) {
      const mail = await triedAgain(id, index + 1);
      expect(mail).toMatchObject({ state: 'waiting', error: expect.stringContaining('451') });
      const due = directory.clock.now().getTime() + minutes * MINUTE_MS;
      expect(mail.nextAttemptAt?.getTime()).toBe(due);
      advance(minutes * MINUTE_MS - 1);
      mailer.wake();
      await quiet();
      expect(await stateOf(id)).toMatchObject({ attempts: index + 1 });
      advance(1);
      mailer.wake();
    }
    expect(await isSent(id)).toMatchObject({ attempts: 4, error: null });
    expect(server.received.map(({ parsed }) => parsed.messageId)).toEqual([`<${id}.1@example.com>`]);
  });

  test('is not repeated after the last attempt of the schedule, and the email can then be sent again on request', async () => {
    const id = await queue(ANN, new Date(directory.clock.now().getTime() + 30 * 24 * 60 * MINUTE_MS));
    server.behavior = { refuseRecipient: () => '450 mailbox full' };
    const mailer = await start();
    for (const [index, minutes] of RETRY_MINUTES.entries()) {
      await triedAgain(id, index + 1);
      advance(minutes * MINUTE_MS);
      mailer.wake();
    }
    expect(await isFailed(id)).toMatchObject({ attempts: RETRY_MINUTES.length + 1 });
    server.behavior = {};
    expect(await requeueMail(directory.deps.database, organization(), id, directory.clock.now())).toBe(true);
    mailer.wake();
    await isSent(id);
    // The Message-ID is new, so that programs that drop known messages keep this one.
    expect(server.received[0]?.parsed.messageId).toBe(`<${id}.2@example.com>`);
  });

  test.each([
    ['of the recipient', { refuseRecipient: () => '550 no such user' }],
    ['of the message', { refuseMessage: () => '554 this is spam' }],
  ])('that ends with a permanent refusal (5xx) %s is not repeated', async (_, behavior) => {
    const id = await queue();
    server.behavior = behavior;
    const mailer = await start();
    expect(await isFailed(id)).toMatchObject({ attempts: 1, error: expect.stringMatching(/55[04]/) });
    server.behavior = {};
    advance(1_440 * MINUTE_MS);
    mailer.wake();
    await quiet();
    expect(server.received).toHaveLength(0);
  });

  test('for one recipient does not prevent an email to another recipient', async () => {
    server.behavior = { refuseRecipient: (address) => (address === ANN ? '450 later' : undefined) };
    await queue();
    const other = await queue('bob@example.com');
    await start();
    await isSent(other);
    expect(server.received.map(({ to }) => to)).toEqual(['bob@example.com']);
  });

  test.each(['recipient'] as const)(
    'is repeated if the connection broke before the message was handed over (dropped at: %s)',
    async (dropAt) => {
      const id = await queue();
      server.behavior = { dropAt: () => dropAt };
      const mailer = await start();
      expect(await failedOnce(id)).toMatchObject({ state: 'waiting', attempts: 1 });
      server.behavior = {};
      advance(MINUTE_MS);
      mailer.wake();
      await isSent(id);
      expect(server.received).toHaveLength(1);
    },
  );

  test.each(['data', 'answer'] as const)(
    'is not repeated if the connection broke after the handover of the message began (dropped at: %s)',
    async (dropAt) => {
      const id = await queue();
      server.behavior = { dropAt: () => dropAt };
      const mailer = await start();
      expect(await isFailed(id)).toMatchObject({ attempts: 1, error: expect.stringContaining('is not known') });
      server.behavior = {};
      advance(1_440 * MINUTE_MS);
      mailer.wake();
      await quiet();
      expect(server.received).toHaveLength(dropAt === 'answer' ? 1 : 0);
    },
  );

  test('is repeated if the server could not be reached', async () => {
    const id = await queue();
    const closed = await openMailServer();
    const url = closed.url();
    await closed[Symbol.asyncDispose]();
    await start(url);
    expect(await failedOnce(id)).toMatchObject({ state: 'waiting', error: expect.stringContaining('ECONNREFUSED') });
  });

  test('is reported to have an unknown result if the server does not respond in time, but not if it is only slow', async () => {
    server.behavior = { delayMs: 600 };
    const slow = await queue();
    await start(server.url('?ignoreTLS=true&socketTimeout=30000'));
    await isSent(slow);
    const tooSlow = await queue('bob@example.com');
    await mailers[0]?.stop();
    // The server answers all other commands at once, also on a busy machine.
    server.behavior = { delayMs: 20_000 };
    await start(server.url('?ignoreTLS=true&socketTimeout=2500'));
    expect(await isFailed(tooSlow)).toMatchObject({ error: expect.stringContaining('is not known') });
    expect(server.received.filter(({ to }) => to === 'bob@example.com')).toHaveLength(1);
  });
});

describe('a process that ends or stalls while sending an email', () => {
  const claim = async () => {
    const { database, clock } = directory.deps;
    const now = clock.now();
    const mail = await claimDueMail(database, now, new Date(now.getTime() + CLAIM_MS));
    if (mail === undefined) throw new Error('there is no email to claim');
    return mail;
  };

  test('leaves the email to another process once its claim has expired, if it has not yet handed over the message', async () => {
    const id = await queue();
    await claim();
    const mailer = await start();
    await quiet();
    expect(server.received).toHaveLength(0);
    advance(CLAIM_MS + 1);
    mailer.wake();
    await isSent(id);
    expect(server.received).toHaveLength(1);
  });

  test('leaves an email that is marked as failed, and may have arrived, if it had begun to hand over the message', async () => {
    const id = await queue();
    const { database, clock } = directory.deps;
    expect(await markHandedOver(database, await claim(), clock.now())).toBe(true);
    advance(CLAIM_MS + 1);
    await start();
    expect(await isFailed(id)).toMatchObject({ error: expect.stringContaining('is not known') });
    await quiet();
    expect(server.received).toHaveLength(0);
  });

  test('does not hand over the email if another process has claimed it in the meantime', async () => {
    const id = await queue();
    const { database, clock } = directory.deps;
    const sleeper = await claim();
    advance(CLAIM_MS + 1);
    const other = await claim();
    expect(await markHandedOver(database, sleeper, clock.now())).toBe(false);
    await markFailed(database, sleeper, { error: 'it slept', at: clock.now(), next: clock.now() });
    expect(await markHandedOver(database, other, clock.now())).toBe(true);
    expect(await stateOf(id)).toMatchObject({ state: 'waiting', error: null, attempts: 2 });
    await failInterruptedMails(database, clock.now(), 'no');
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' });
  });
});

describe('an expired email', () => {
  test.each([
    ['without a link', undefined, MAIL_EXPIRY_DAYS * 24 * 60],
    ['with a link that is valid for an hour', 60, 60],
  ])('%s is canceled and not sent', async (_, minutes, limit) => {
    const now = directory.clock.now().getTime();
    const id = await queue(ANN, minutes === undefined ? undefined : new Date(now + minutes * MINUTE_MS));
    const { database, clock } = directory.deps;
    advance(limit * MINUTE_MS - 1);
    await cancelExpiredMails(database, clock.now(), 'too late');
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' });
    advance(1);
    const mailer = await start();
    mailer.wake();
    await quiet();
    expect(server.received).toHaveLength(0);
    await cancelExpiredMails(database, clock.now(), 'too late');
    expect(await stateOf(id)).toMatchObject({ state: 'cancelled', error: 'too late' });
    expect(await requeueMail(database, organization(), id, clock.now())).toBe(false);
  });
});

test('listMails() returns the newest emails first, and the mailer sends all waiting emails', async () => {
  const ids: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    ids.push(await queue(`${name}@example.com`));
    advance(1_000);
  }
  const { database } = directory.deps;
  const listed = await listMails(database, organization(), { skip: 0, limit: 2 });
  expect(listed.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  const from = listed[1]?.createdAt;
  const later = await listMails(database, organization(), { from, skip: 0, limit: 9 });
  expect(later.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
  await start();
  await server.waitFor(3);
  // The server receives the last email before the outbox records its delivery.
  await expect.poll(() => listMails(database, organization(), { state: 'waiting', skip: 0, limit: 9 })).toEqual([]);
});
