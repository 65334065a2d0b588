import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import { openMail } from './outbox.ts';
import {
  claimDueMail,
  giveUpInterrupted,
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

const UNKNOWN_ARRIVAL = 'Whether it arrived nobody knows, so it is not tried again. Send it again if it did not.';

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
        log.error({ err: error }, 'the outbox could not be read');
        return false;
      });
      if (!sent) await Promise.race([rung, pause(POLL_MS, stopping.signal)]);
    }
  });
  const timer = setInterval(() => void giveUp(deps), GIVE_UP_MS);
  void giveUp(deps);
  return {
    wake: () => void setTimeout(ring, COMMIT_MS).unref(),
    stop: async () => {
      stopping.abort();
      ring();
      const done = Promise.all(senders);
      await Promise.race([done, sleep(STOP_MS, undefined, { ref: false })]);
      aborting.abort();
      clearInterval(timer);
      await done;
    },
  };
}

/** What another process left in the middle is not tried again. */
async function giveUp({ databases, clock, log }: MailerDeps): Promise<void> {
  try {
    for (const database of databases) {
      await giveUpInterrupted(
        database,
        clock.now(),
        `The process that sent it ended in the middle. ${UNKNOWN_ARRIVAL}`,
      );
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

async function send(
  { clock, log, secrets, from }: MailerDeps,
  { smtp, server }: Transport,
  { database, mail, signal }: { readonly database: Database; readonly mail: ClaimedMail; readonly signal: AbortSignal },
): Promise<void> {
  const { id, kind, attempts } = mail;
  let isHandedOver = false;
  try {
    const { subject, text, html } = openMail(secrets, mail.body);
    const messageId = `<${id}.${mail.sendings}@${domainOf(from)}>`;
    await smtp.sendBySmtp(
      server,
      { id, from, recipient: mail.recipient, subject, text, html, messageId },
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
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, REASON_LENGTH_MAX);
    const failure = smtp.failureOf(error, isHandedOver);
    const next = failure === 'again' ? nextAttempt(attempts, clock.now()) : undefined;
    const told = failure === 'unclear' ? `${reason} ${UNKNOWN_ARRIVAL}` : reason;
    await markFailed(database, mail, told, next);
    log.warn({ mail: id, kind, attempts, failure, reason }, 'a mail could not be sent');
    return;
  }
  await markSent(database, id, clock.now());
  log.info({ mail: id, kind }, 'mail sent');
}

/** undefined when the mail was tried often enough. */
function nextAttempt(attempts: number, now: Date): Date | undefined {
  const minutes = RETRY_MINUTES[attempts - 1];
  return minutes === undefined ? undefined : new Date(now.getTime() + minutes * MINUTE_MS);
}

function domainOf(from: string): string {
  return /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
}
