import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { recordMailResult } from './mail-events.ts';
import { openMail } from './outbox.ts';
import {
  claimDueMail,
  MAILS_PER_TRANSACTION_MAX,
  failInterruptedMails,
  markFailed,
  markHandedOver,
  markSent,
  type ClaimedMail,
} from './outbox-store.ts';
import type * as Smtp from './smtp.ts';

/** The number of emails that one process sends concurrently: one slow mail server must not delay all other emails. */
const SENDERS = 3;
/** The interval at which a sender checks the outbox if `wake` is not called. */
const POLL_MS = 5_000;
/** The delay after `wake`: the transaction that puts an email into the outbox has to end before other connections see the email. */
const COMMIT_MS = 50;
/** The maximum duration of one attempt. */
const ATTEMPT_MS = 660_000;
/** The time for which a process claims an email. It is longer than any attempt, so if a claim expires, its process must have ended. */
export const CLAIM_MS = 900_000;
/** The interval at which the server looks for emails of processes that ended while sending. */
const INTERRUPTED_CHECK_MS = 60_000;
/** How long the program waits for emails that are being sent when it stops. */
const STOP_MS = 5_000;
/** The waits between attempts, in minutes. If the attempt after the last wait fails, the email has failed for good. */
export const RETRY_MINUTES: readonly number[] = [1, 5, 15, 60, 240, 720, 1_440];
const MINUTE_MS = 60_000;
const REASON_LENGTH_MAX = 400;

const UNKNOWN_ARRIVAL =
  'It is not known whether the email arrived, so it is not sent again automatically. Ask the recipient, and send it again if it did not arrive.';

export interface MailerDeps {
  /** Every database that has an outbox. */
  readonly databases: readonly Database[];
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: SecretBox;
  /** Undefined if emails stay in the outbox. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
}

export interface Mailer {
  /** Makes a sender check the outbox soon. */
  readonly wake: () => void;
  /** Stops sending. Waits a few seconds for the emails that are being sent, then aborts them. */
  readonly stop: () => Promise<void>;
}

/** The SMTP module and the mail server that it connects to. */
interface Transport {
  readonly smtp: typeof Smtp;
  readonly server: ReturnType<typeof Smtp.smtpServerOf>;
}

/** Loads the SMTP module. Called only if emails are sent, because its library makes Node load undici (see node-http.ts). */
async function openTransport(smtpUrl: string): Promise<Transport> {
  const smtp = await import('./smtp.ts');
  return { smtp, server: smtp.smtpServerOf(smtpUrl) };
}

/** Starts sending the emails of the outbox, a few concurrently. Without an SMTP URL, emails stay in the outbox. */
export async function startMailer(deps: MailerDeps): Promise<Mailer> {
  const { smtpUrl, log } = deps;
  if (smtpUrl === undefined) {
    return {
      wake: () => log.info('an email waits in the outbox: set TANHUA_SMTP_URL, or read it there (tanhua mail list)'),
      stop: async () => {},
    };
  }
  const transport = await openTransport(smtpUrl);
  const stopping = new AbortController();
  const aborting = new AbortController();
  let wakeSignal = Promise.withResolvers<void>();
  const wakeSenders = () => {
    wakeSignal.resolve();
    wakeSignal = Promise.withResolvers<void>();
  };
  const senders = Array.from({ length: SENDERS }, async () => {
    while (!stopping.signal.aborted) {
      const woken = wakeSignal.promise;
      const sent = await sendNext(deps, transport, aborting.signal).catch((error: unknown) => {
        log.error({ err: error }, 'the outbox could not be read or written');
        return false;
      });
      if (!sent) await Promise.race([woken, pause(POLL_MS, stopping.signal)]);
    }
  });
  let interruptedCheck = Promise.resolve();
  const checkInterrupted = () => {
    interruptedCheck = interruptedCheck.then(() => failInterrupted(deps, stopping.signal));
  };
  const timer = setInterval(checkInterrupted, INTERRUPTED_CHECK_MS);
  checkInterrupted();
  return {
    wake: () => void setTimeout(wakeSenders, COMMIT_MS).unref(),
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      wakeSenders();
      const done = Promise.all(senders);
      await Promise.race([done, sleep(STOP_MS, undefined, { ref: false })]);
      aborting.abort();
      await done;
      await interruptedCheck;
    },
  };
}

/** Marks the emails of processes that ended while sending as failed. They may have arrived, so they are not sent again. */
async function failInterrupted({ databases, clock, log }: MailerDeps, stopping: AbortSignal): Promise<void> {
  try {
    const answer = `The process that sent it ended in the middle of sending. ${UNKNOWN_ARRIVAL}`;
    for (const database of databases) {
      let ended: number;
      do {
        ended = await inTransaction(database, async (transaction) => {
          const mails = await failInterruptedMails(transaction, clock.now(), answer);
          const result = { type: 'mail_failed', answer, isUnclear: true } as const;
          for (const mail of mails) await recordMailResult(transaction, clock, mail, result);
          return mails.length;
        });
      } while (ended === MAILS_PER_TRANSACTION_MAX && !stopping.aborted);
    }
  } catch (error) {
    log.error({ err: error }, 'the outbox could not be searched for interrupted emails');
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

/** Sends the next due email of the first database that has one. Returns false if no email is due. */
async function sendNext(deps: MailerDeps, transport: Transport, signal: AbortSignal): Promise<boolean> {
  const { clock, databases } = deps;
  for (const database of databases) {
    const now = clock.now();
    const mail = await claimDueMail(database, now, new Date(now.getTime() + CLAIM_MS));
    if (mail === undefined) continue;
    await send(deps, transport, { database, mail, signal });
    return true;
  }
  return false;
}

interface Sending {
  readonly database: Database;
  readonly mail: ClaimedMail;
  readonly signal: AbortSignal;
}

async function send(deps: MailerDeps, { smtp, server }: Transport, sending: Sending): Promise<void> {
  const { clock, log, secrets, from } = deps;
  const { database, mail, signal } = sending;
  const { id, kind } = mail;
  let isHandedOver = false;
  let answer: string;
  try {
    const { subject, text, html, replyTo } = openMail(secrets, mail.body);
    const messageId = `<${id}.${mail.sendings}@${domainOf(from)}>`;
    answer = await smtp.sendBySmtp(
      server,
      { id, from, recipient: mail.recipient, subject, text, html, replyTo, messageId },
      {
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
        handOver: async () => {
          if (!(await markHandedOver(database, mail, clock.now())))
            throw new Error('Another process has the email now.');
          isHandedOver = true;
        },
      },
    );
  } catch (error) {
    await recordFailure(deps, sending, error, smtp.failureOf(error, isHandedOver));
    return;
  }
  await recordDelivery(deps, sending, cut(answer));
  log.info({ mail: id, kind }, 'mail sent');
}

/**
 * Records a delivery, and tries again once if that fails: without the record, an accepted email would be reported as possibly not
 * delivered.
 */
async function recordDelivery({ clock, log }: MailerDeps, { database, mail }: Sending, answer: string): Promise<void> {
  const record = async () =>
    await inTransaction(database, async (transaction) => {
      await markSent(transaction, mail.id, clock.now());
      await recordMailResult(transaction, clock, mail, { type: 'mail_delivered', answer });
    });
  try {
    await record();
  } catch (error) {
    log.error(
      { err: error, mail: mail.id, answer },
      'an email was sent, but its delivery could not be recorded: trying once more',
    );
    await record();
  }
}

async function recordFailure(
  { clock, log }: MailerDeps,
  { database, mail }: Sending,
  error: unknown,
  failure: ReturnType<typeof Smtp.failureOf>,
): Promise<void> {
  const { id, kind, attempts } = mail;
  const reason = cut(error instanceof Error ? error.message : String(error));
  const at = clock.now();
  const next = failure === 'again' ? nextAttempt(attempts, at) : undefined;
  const isUnclear = failure === 'unclear';
  const answer = isUnclear ? `${reason} ${UNKNOWN_ARRIVAL}` : reason;
  await inTransaction(database, async (transaction) => {
    if (!(await markFailed(transaction, mail, { error: answer, at, next }))) return;
    if (next === undefined) {
      await recordMailResult(transaction, clock, mail, { type: 'mail_failed', answer, isUnclear });
    }
    // If an attempt fails with the same answer as the last one, no new event is recorded: the email itself counts its attempts.
    else if (mail.error !== answer) {
      await recordMailResult(transaction, clock, mail, { type: 'mail_delayed', answer, next });
    }
  });
  log.warn({ mail: id, kind, attempts, failure, reason }, 'an email could not be sent');
}

/** Prepares the response of a mail server for storage: PostgreSQL accepts neither NUL nor half of a surrogate pair. */
function cut(text: string): string {
  return text.slice(0, REASON_LENGTH_MAX).replaceAll('\0', '\uFFFD').toWellFormed();
}

/** Returns the time of the next attempt; undefined after the last attempt. */
function nextAttempt(attempts: number, now: Date): Date | undefined {
  const minutes = RETRY_MINUTES[attempts - 1];
  return minutes === undefined ? undefined : new Date(now.getTime() + minutes * MINUTE_MS);
}

function domainOf(from: string): string {
  return /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
}
