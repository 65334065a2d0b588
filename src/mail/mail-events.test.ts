import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testOnSqlite } from '../../tests/support/on-sqlite.ts';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { openMailServer, type TestMailServer } from '../../tests/support/mail-server.ts';
import { listEvents } from '#audit/event-store.ts';
import { newId } from '#base/ids.ts';
import { createSecretBox } from '#base/secret-box.ts';
import { CLAIM_MS, RETRY_MINUTES, startMailer, type Mailer } from './deliver.ts';
import { cancelLateMails } from './mail-events.ts';
import {
  cancelExpiredMails,
  claimDueMail,
  MAILS_PER_TRANSACTION_MAX,
  findMail,
  markHandedOver,
} from './outbox-store.ts';
import { queueMail } from './outbox.ts';

const MINUTE_MS = 60_000;
const secrets = createSecretBox(randomBytes(32));
const ANN = 'ann@example.com';

let directory: TestDirectory;
let server: TestMailServer;
let mailers: Mailer[];

beforeEach(async () => {
  directory = await openTestDirectory();
  server = await openMailServer();
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
  const log = pino({ level: 'silent' });
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

/** Puts `count` emails into the outbox by copying one email, since queueing each as a request does would be slow. */
async function queueMany(count: number, expiresAt: Date): Promise<void> {
  const { database, clock } = directory.deps;
  const mails = database
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', await queue(ANN, expiresAt));
  const mail = await mails.executeTakeFirstOrThrow();
  const copies = Array.from({ length: count - 1 }, () => ({ ...mail, id: newId(clock) }));
  await database.insertInto('mails').values(copies).execute();
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

describe('the timeline of the user', () => {
  /** Returns the type, the success and the answer of each event of the user, oldest first. */
  const events = async () =>
    (await listEvents(directory.deps.database, { organizationId: organization(), target: 'the-user', limit: 100 }))
      .map(({ event_type: type, success, changes }) => {
        const fields = changes as readonly { field: string; to: string }[];
        return [type, success, fields.find(({ field }) => field === 'answer')?.to];
      })
      .toReversed();

  /** Returns the code and the message of the error of each event of the user. */
  const failures = async () =>
    (await listEvents(directory.deps.database, { organizationId: organization(), target: 'the-user', limit: 100 })).map(
      ({ error_code: code, error_message: message }) => [code, message],
    );

  test('shows the response of the mail server to an email that it accepted', async () => {
    const id = await queue();
    await start();
    await isSent(id);
    expect(await events()).toEqual([['mail_delivered', true, expect.stringMatching(/^250 /)]]);
  });

  testOnSqlite('shows the response of the mail server to an email that it refused permanently', async () => {
    const id = await queue();
    server.behavior = { refuseRecipient: () => '550 no such mailbox' };
    await start();
    await isFailed(id);
    expect(await events()).toEqual([['mail_failed', false, expect.stringContaining('550 no such mailbox')]]);
    expect(await failures()).toEqual([['mailNotDelivered', expect.stringContaining('was not delivered')]]);
  });

  test('has one event for each different reason for a delay, and then one for the delivery', async () => {
    const id = await queue();
    const answers = ['451 greylisted', '451 greylisted', '452 disk full'];
    server.behavior = { refuseMessage: () => answers.shift() };
    const mailer = await start();
    for (const [index, minutes] of RETRY_MINUTES.slice(0, 3).entries()) {
      await triedAgain(id, index + 1);
      advance(minutes * MINUTE_MS);
      mailer.wake();
    }
    await isSent(id);
    expect(await events()).toEqual([
      ['mail_delayed', true, expect.stringContaining('451 greylisted')],
      ['mail_delayed', true, expect.stringContaining('452 disk full')],
      ['mail_delivered', true, expect.stringMatching(/^250 /)],
    ]);
  });

  testOnSqlite(
    'says that an email may have arrived if the connection broke after the message was handed over',
    async () => {
      const id = await queue();
      server.behavior = { dropAt: () => 'answer' };
      await start();
      await isFailed(id);
      expect(await events()).toEqual([['mail_failed', false, expect.stringContaining('is not known')]]);
      expect(await failures()).toEqual([
        ['mailArrivalUnknown', expect.stringContaining(`mail to ${ANN} may have arrived`)],
      ]);
    },
  );

  testOnSqlite(
    'shows that an email was delayed while the server was down, and that it was canceled after it had waited too long',
    async () => {
      const id = await queue(ANN, new Date(directory.clock.now().getTime() + 30 * MINUTE_MS));
      const nothing = await openMailServer();
      const url = nothing.url();
      await nothing[Symbol.asyncDispose]();
      const mailer = await start(url);
      await failedOnce(id);
      await mailer.stop();
      advance(30 * MINUTE_MS);
      await cancelLateMails(directory.deps);
      await cancelLateMails(directory.deps);
      expect(await events()).toEqual([
        ['mail_delayed', true, expect.stringContaining('ECONNREFUSED')],
        ['mail_cancelled', false, expect.stringContaining('not sent in time')],
      ]);
    },
  );

  test('shows the failure of an email if the process ended while sending it', async () => {
    const id = await queue();
    const { database, clock } = directory.deps;
    const mail = (await claimDueMail(database, clock.now(), clock.now())) ?? expect.fail('there is an email');
    await markHandedOver(database, mail, clock.now());
    advance(CLAIM_MS + 1);
    await start();
    await isFailed(id);
    expect(await events()).toEqual([['mail_failed', false, expect.stringContaining('ended in the middle')]]);
    expect(await failures()).toEqual([['mailArrivalUnknown', expect.stringContaining('may have arrived')]]);
  });

  test('shows the cancellation of each expired email, even if there are more than MAILS_PER_TRANSACTION_MAX', async () => {
    const expiresAt = new Date(directory.clock.now().getTime() + MINUTE_MS);
    await queueMany(MAILS_PER_TRANSACTION_MAX + 1, expiresAt);
    advance(MINUTE_MS);
    const { database, clock } = directory.deps;
    expect(await cancelExpiredMails(database, clock.now(), 'late')).toHaveLength(MAILS_PER_TRANSACTION_MAX);
    await queueMany(MAILS_PER_TRANSACTION_MAX, expiresAt);
    await cancelLateMails(directory.deps);
    const query = { organizationId: organization(), target: 'the-user', limit: 2 * MAILS_PER_TRANSACTION_MAX };
    expect(await listEvents(database, query)).toHaveLength(MAILS_PER_TRANSACTION_MAX + 1);
  });
});
