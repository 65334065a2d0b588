import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { recordMailResult } from './mail-events.ts';
import { openMail } from './outbox.ts';
import {
  claimDueMail,
  ENDED_AT_ONCE_MAX,
  failInterruptedMails,
  markFailed,
  markHandedOver,
  markSent,
  type ClaimedMail,
} from './outbox-store.ts';
import type * as Smtp from './smtp.ts';

/** Mails of one process that are under way at a time: one slow answer must not keep the others waiting. */
const SENDERS = 3;
/** How often the outbox is looked through when nobody says that there is something in it. */
const POLL_MS = 5_000;
/** A mail is put into the outbox in a transaction, and can be seen when that has ended. */
const COMMIT_MS = 50;
/** The longest that one attempt takes. */
const ATTEMPT_MS = 660_000;
/** A mail that is claimed for longer was left by a process that ended. */
export const CLAIM_MS = 900_000;
/** How often mails are looked for that such a process left. */
const GIVE_UP_MS = 60_000;
/** How long a mail under way may take when the program stops. */
const STOP_MS = 5_000;
/** Waits between the attempts, in minutes; after the last one the mail is given up. */
export const RETRY_MINUTES: readonly number[] = [1, 5, 15, 60, 240, 720, 1_440];
const MINUTE_MS = 60_000;
const REASON_LENGTH_MAX = 400;

const UNKNOWN_ARRIVAL =
  'Whether it arrived is not known, so it is not tried again. Ask the recipient, and send it again if it did not arrive.';

export interface MailerDeps {
  /** Every database that has an outbox. */
  readonly databases: readonly Database[];
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: SecretBox;
  /** undefined: mails wait in the outbox. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
}

export interface Mailer {
  /** Looks into the outbox soon. */
  readonly wake: () => void;
  /** Waits a while for the mails under way. */
  readonly stop: () => Promise<void>;
}

/** How mails are handed over. */
interface Transport {
  readonly smtp: typeof Smtp;
  readonly server: ReturnType<typeof Smtp.smtpServerOf>;
}

/** Loaded only where mails are sent: its library imports node:http, which makes Node load undici (node-http.ts). */
async function openTransport(smtpUrl: string): Promise<Transport> {
  const smtp = await import('./smtp.ts');
  return { smtp, server: smtp.smtpServerOf(smtpUrl) };
}

/** Sends what is in the outbox, a few mails at a time. */
export async function startMailer(deps: MailerDeps): Promise<Mailer> {
  const { smtpUrl, log } = deps;
  if (smtpUrl === undefined) {
    return {
      wake: () => log.info('a mail waits in the outbox: set TANHUA_SMTP_URL, or read it there (tanhua mail list)'),
      stop: async () => {},
    };
  }
  const transport = await openTransport(smtpUrl);
  const stopping = new AbortController();
  const aborting = new AbortController();
  let bell = Promise.withResolvers<void>();
  const ring = () => {
    bell.resolve();
    bell = Promise.withResolvers<void>();
  };
  const senders = Array.from({ length: SENDERS }, async () => {
    while (!stopping.signal.aborted) {
      const rung = bell.promise;
      const sent = await sendNext(deps, transport, aborting.signal).catch((error: unknown) => {
        log.error({ err: error }, 'the outbox could not be read or written');
        return false;
      });
      if (!sent) await Promise.race([rung, pause(POLL_MS, stopping.signal)]);
    }
  });
  let givingUp = Promise.resolve();
  const look = () => {
    givingUp = givingUp.then(() => giveUp(deps, stopping.signal));
  };
  const timer = setInterval(look, GIVE_UP_MS);
  look();
  return {
    wake: () => void setTimeout(ring, COMMIT_MS).unref(),
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      ring();
      const done = Promise.all(senders);
      await Promise.race([done, sleep(STOP_MS, undefined, { ref: false })]);
      aborting.abort();
      await done;
      await givingUp;
    },
  };
}

/** What another process left in the middle is not tried again. */
async function giveUp({ databases, clock, log }: MailerDeps, stopping: AbortSignal): Promise<void> {
  try {
    const answer = `The process that sent it ended in the middle. ${UNKNOWN_ARRIVAL}`;
    for (const database of databases) {
      let ended: number;
      do {
        ended = await inTransaction(database, async (transaction) => {
          const mails = await failInterruptedMails(transaction, clock.now(), answer);
          const result = { type: 'mail_failed', answer, isUnclear: true } as const;
          for (const mail of mails) await recordMailResult(transaction, clock, mail, result);
          return mails.length;
        });
      } while (ended === ENDED_AT_ONCE_MAX && !stopping.aborted);
    }
  } catch (error) {
    log.error({ err: error }, 'the outbox could not be looked through');
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

/** Sends the mail that is due first, of any database; false when none is due. */
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
            throw new Error('Another process has the mail now.');
          isHandedOver = true;
        },
      },
    );
  } catch (error) {
    await noteFailure(deps, sending, error, smtp.failureOf(error, isHandedOver));
    return;
  }
  await noteDelivery(deps, sending, cut(answer));
  log.info({ mail: id, kind }, 'mail sent');
}

/** Retries once: without the note, the delivery of an accepted mail would be reported as unknown. */
async function noteDelivery({ clock, log }: MailerDeps, { database, mail }: Sending, answer: string): Promise<void> {
  const note = async () =>
    await inTransaction(database, async (transaction) => {
      await markSent(transaction, mail.id, clock.now());
      await recordMailResult(transaction, clock, mail, { type: 'mail_delivered', answer });
    });
  try {
    await note();
  } catch (error) {
    log.error({ err: error, mail: mail.id, answer }, 'a mail was sent, and that could not be noted: it is tried again');
    await note();
  }
}

async function noteFailure(
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
    // The same failure again is not news: the mail itself has the number of attempts.
    else if (mail.error !== answer) {
      await recordMailResult(transaction, clock, mail, { type: 'mail_delayed', answer, next });
    }
  });
  log.warn({ mail: id, kind, attempts, failure, reason }, 'a mail could not be sent');
}

/** An answer of a mail server as it is stored: PostgreSQL takes no NUL, and no half of a surrogate pair. */
function cut(text: string): string {
  return text.slice(0, REASON_LENGTH_MAX).replaceAll('\0', '\uFFFD').toWellFormed();
}

/** undefined when the mail was tried often enough. */
function nextAttempt(attempts: number, now: Date): Date | undefined {
  const minutes = RETRY_MINUTES[attempts - 1];
  return minutes === undefined ? undefined : new Date(now.getTime() + minutes * MINUTE_MS);
}

function domainOf(from: string): string {
  return /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
}
