import { createTransport, type Transporter } from 'nodemailer';
import type { Clock } from '#base/clock.ts';
import type { Log } from '#base/log.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import { openMail } from './outbox.ts';
import { claimDueMail, giveUpInterrupted, markFailed, markSent, type StoredMail } from './outbox-store.ts';

/** How often the outbox is looked through when nobody says that there is something in it. */
const POLL_MS = 5_000;
/** Longer than any attempt takes: a mail that is claimed for longer was left by a process that ended. */
const CLAIM_MS = 120_000;
const SMTP_TIMEOUT_MS = 30_000;
/** Waits between the attempts, in minutes; after the last one the mail is given up. */
export const RETRY_MINUTES: readonly number[] = [1, 5, 15, 60, 240, 720, 1_440];
const MINUTE_MS = 60_000;
const ERROR_LENGTH_MAX = 500;

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
  /** Waits for the mail under way. */
  readonly stop: () => Promise<void>;
}

/** Sends what is in the outbox, one mail at a time. */
export function startMailer(deps: MailerDeps): Mailer {
  const { smtpUrl, log } = deps;
  if (smtpUrl === undefined) {
    return {
      wake: () => log.info('a mail waits in the outbox: set TANHUA_SMTP_URL, or read it there'),
      stop: async () => {},
    };
  }
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: SMTP_TIMEOUT_MS,
    greetingTimeout: SMTP_TIMEOUT_MS,
    socketTimeout: SMTP_TIMEOUT_MS,
  });
  let stopped = false;
  let running = Promise.resolve();
  let waiting = false;
  const lookOnce = async () => {
    waiting = false;
    try {
      for (const database of deps.databases) await emptyOutbox(deps, transport, database, () => stopped);
    } catch (error) {
      log.error({ err: error }, 'the outbox could not be read');
    }
  };
  const wake = () => {
    if (stopped || waiting) return;
    waiting = true;
    running = running.then(lookOnce);
  };
  const timer = setInterval(wake, POLL_MS);
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await running;
      transport.close();
    },
  };
}

async function emptyOutbox(
  deps: MailerDeps,
  transport: Transporter,
  database: Database,
  isStopped: () => boolean,
): Promise<void> {
  const { clock } = deps;
  await giveUpInterrupted(
    database,
    clock.now(),
    'The process that sent it ended in the middle: whether it arrived nobody knows. Send it again if it did not.',
  );
  while (!isStopped()) {
    const now = clock.now();
    const mail = await claimDueMail(database, now, new Date(now.getTime() + CLAIM_MS));
    if (mail === undefined) return;
    await send(deps, transport, database, mail);
  }
}

async function send(deps: MailerDeps, transport: Transporter, database: Database, mail: StoredMail): Promise<void> {
  const { clock, log, secrets, from } = deps;
  try {
    const { subject, text, html } = openMail(secrets, mail.body);
    await transport.sendMail({
      from,
      to: { name: '', address: mail.recipient },
      subject,
      text,
      html,
      // The same at every attempt: a server that took it, and whose answer was lost, can tell.
      messageId: `<${mail.id}@tanhua>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Tanhua-Mail': mail.id },
    });
    await markSent(database, mail.id, clock.now());
    log.info({ mail: mail.id, kind: mail.kind }, 'mail sent');
  } catch (error) {
    const next = nextAttempt(mail.attempts, error, clock.now());
    const reason = error instanceof Error ? error.message : String(error);
    await markFailed(database, mail.id, reason.slice(0, ERROR_LENGTH_MAX), next);
    log.warn({ mail: mail.id, kind: mail.kind, attempts: mail.attempts, reason }, 'a mail could not be sent');
  }
}

/** RFC 5321 §4.2.1: a reply of 500 or more is final. */
function nextAttempt(attempts: number, error: unknown, now: Date): Date | undefined {
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const minutes = RETRY_MINUTES[attempts - 1];
  if (code >= 500 || minutes === undefined) return undefined;
  return new Date(now.getTime() + minutes * MINUTE_MS);
}
