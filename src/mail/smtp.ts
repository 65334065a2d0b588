import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionAuth, type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** How long a server may take to be reached, and to greet. */
const CONNECT_TIMEOUT_MS = 30_000;
/** RFC 5321 §4.5.3.2.6: so long a server may take to say whether it accepts a mail. Who waits less sends mails twice. */
const REPLY_TIMEOUT_MS = 600_000;

/** How mails leave; made of TANHUA_SMTP_URL. */
interface SmtpServer {
  readonly options: SMTPConnectionOptions;
  readonly auth: SMTPConnectionAuth | undefined;
}

/** `smtp://user:password@host:587?requireTLS=true`; options behind the ? are nodemailer's. */
export function smtpServerOf(url: string): SmtpServer {
  const { auth, ...options } = parseConnectionUrl(url);
  return {
    options: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: REPLY_TIMEOUT_MS,
      ...(options as SMTPConnectionOptions),
    },
    auth: auth === undefined ? undefined : { credentials: auth },
  };
}

/** How long a probe of the server waits for each answer. */
const PROBE_TIMEOUT_MS = 10_000;

/** What a probe found: `fault` is undefined for a server that can be used. */
export interface SmtpProbe {
  /** Host and port. */
  readonly server: string;
  readonly isAuthenticated: boolean;
  readonly fault: string | undefined;
}

/** Connects to the mail server and signs in, as for a mail, without sending one. */
export async function probeSmtp(url: string): Promise<SmtpProbe> {
  const { options, auth } = smtpServerOf(url);
  const timeouts = { connectionTimeout: PROBE_TIMEOUT_MS, greetingTimeout: PROBE_TIMEOUT_MS };
  const connection = new SMTPConnection({ ...options, ...timeouts, socketTimeout: PROBE_TIMEOUT_MS });
  const server = `${options.host ?? 'localhost'}:${options.port ?? (options.secure === true ? 465 : 587)}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.on('error', (error: Error) => reject(new Error(`it cannot be reached: ${error.message}`)));
  connection.once('end', () => reject(new Error('it closed the connection')));
  connection.connect((error) => {
    if (error !== undefined) reject(new Error(`it cannot be reached: ${error.message}`));
    else if (auth === undefined) resolve();
    else {
      connection.login(auth, (refusal) => {
        if (refusal === null) resolve();
        else reject(new Error(`it refuses the login: ${refusal.message}`));
      });
    }
  });
  try {
    await promise;
    connection.quit();
    return { server, isAuthenticated: auth !== undefined, fault: undefined };
  } catch (error) {
    connection.close();
    return { server, isAuthenticated: false, fault: error instanceof Error ? error.message : String(error) };
  }
}

export interface OutgoingMail {
  readonly id: string;
  readonly from: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly replyTo: { readonly name: string; readonly address: string } | undefined;
  /** The same at every attempt of one sending. */
  readonly messageId: string;
}

/**
 * Gives one mail to the server. `handOver` runs when the server has accepted sender and recipient and before it is given a
 * byte of what the mail says: until then nothing can have arrived. Returns the server's answer. Rejects with what the server
 * answered, or with what broke the connection.
 */
export async function sendBySmtp(
  { options, auth }: SmtpServer,
  mail: OutgoingMail,
  { handOver, signal }: { readonly handOver: () => Promise<void>; readonly signal: AbortSignal },
): Promise<string> {
  const message = new MailComposer({
    from: mail.from,
    to: { name: '', address: mail.recipient },
    ...(mail.replyTo !== undefined && { replyTo: mail.replyTo }),
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    messageId: mail.messageId,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Tanhua-Mail': mail.id },
  }).compile();
  const content = await message.build();
  const from = message.getEnvelope().from || '';
  const connection = new SMTPConnection(options);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const abort = () => reject(new Error('It took too long, or the program was stopped.'));
  signal.addEventListener('abort', abort, { once: true });
  connection.on('error', reject);
  connection.once('end', () => reject(new Error('The mail server closed the connection.')));
  const send = () => {
    const body = Readable.from(handedOver(content, handOver));
    connection.send({ from, to: [mail.recipient], size: content.length, use8BitMime: true }, body, (error, info) => {
      if (error === null) resolve(info?.response ?? '');
      else reject(error);
    });
  };
  connection.connect((error) => {
    if (error !== undefined) reject(error);
    else if (auth === undefined) send();
    else connection.login(auth, (refusal) => (refusal === null ? send() : reject(refusal)));
  });
  try {
    const answer = await promise;
    connection.quit();
    return answer;
  } catch (error) {
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** It is read when the server has said that it waits for the message. */
async function* handedOver(content: Buffer, handOver: () => Promise<void>): AsyncGenerator<Buffer> {
  await handOver();
  yield content;
}

/** What became of an attempt that failed. */
export type Failure = 'again' | 'final' | 'unclear';

/**
 * Whether a mail is tried again. A server that answers has not accepted it: it is final where it refuses this recipient or
 * this message for good (RFC 5321 §4.2.1), and not where it refuses us, since that is a matter of the configuration. A
 * connection that broke after the message was handed over tells nothing: to try again might send it twice.
 */
export function failureOf(error: unknown, isHandedOver: boolean): Failure {
  const { responseCode, command, code } =
    error instanceof Error ? (error as Error & { responseCode?: unknown; command?: unknown; code?: unknown }) : {};
  if (typeof responseCode === 'number') {
    return responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA') ? 'final' : 'again';
  }
  // The address cannot be put into a command at all.
  if (code === 'EENVELOPE' && command === 'API') return 'final';
  return isHandedOver ? 'unclear' : 'again';
}
