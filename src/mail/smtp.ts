import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import { parseConnectionUrl } from 'nodemailer/lib/shared';
import SMTPConnection, { type SMTPConnectionAuth, type SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection';

/** The maximum time to connect to a server, and to wait for its greeting. */
const CONNECT_TIMEOUT_MS = 30_000;
/**
 * The time that a server may take to say whether it accepts an email (RFC 5321 §4.5.3.2.6). A client that gives up earlier may send
 * the email twice.
 */
const REPLY_TIMEOUT_MS = 600_000;

/** The mail server of TANHUA_SMTP_URL. */
interface SmtpServer {
  readonly options: SMTPConnectionOptions;
  readonly auth: SMTPConnectionAuth | undefined;
}

/** Parses `smtp://user:password@host:587?requireTLS=true`. The options after the ? are options of nodemailer. */
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

/** How long a probe of the server waits for each response. */
const PROBE_TIMEOUT_MS = 10_000;

/** The result of a probe. `fault` is undefined if the server can be used. */
export interface SmtpProbe {
  /** Host and port. */
  readonly server: string;
  readonly isAuthenticated: boolean;
  readonly fault: SmtpFault | undefined;
}

/** What is wrong with a mail server, and what the server or the system said about it; empty if nothing. */
export interface SmtpFault {
  readonly kind: 'unreachable' | 'loginRefused' | 'closed';
  readonly detail: string;
}

/** Connects to the mail server and signs in, as for an email, without sending one. */
export async function probeSmtp(url: string): Promise<SmtpProbe> {
  const { options, auth } = smtpServerOf(url);
  const timeouts = { connectionTimeout: PROBE_TIMEOUT_MS, greetingTimeout: PROBE_TIMEOUT_MS };
  const connection = new SMTPConnection({ ...options, ...timeouts, socketTimeout: PROBE_TIMEOUT_MS });
  const server = `${options.host ?? 'localhost'}:${options.port ?? (options.secure === true ? 465 : 587)}`;
  const { promise, resolve } = Promise.withResolvers<SmtpFault | undefined>();
  connection.on('error', (error: Error) => resolve({ kind: 'unreachable', detail: error.message }));
  connection.once('end', () => resolve({ kind: 'closed', detail: '' }));
  connection.connect((error) => {
    if (error !== undefined) resolve({ kind: 'unreachable', detail: error.message });
    else if (auth === undefined) resolve(undefined);
    else {
      connection.login(auth, (refusal) => {
        resolve(refusal === null ? undefined : { kind: 'loginRefused', detail: refusal.message });
      });
    }
  });
  const fault = await promise;
  if (fault === undefined) connection.quit();
  else connection.close();
  return { server, isAuthenticated: fault === undefined && auth !== undefined, fault };
}

export interface OutgoingMail {
  readonly id: string;
  readonly from: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly replyTo: { readonly name: string; readonly address: string } | undefined;
  /** The same for all attempts to send the email, and new if the email is sent again on request. */
  readonly messageId: string;
}

/**
 * Sends one email. Runs `handOver` after the server has accepted the sender and the recipient, and before it receives any byte of
 * the content: until then the email cannot have arrived. Returns the response of the server. Rejects with the response if the server
 * refuses the email, or with the error that broke the connection.
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

/** Yields the content after `handOver`. The connection reads it once the server is ready for the message. */
async function* handedOver(content: Buffer, handOver: () => Promise<void>): AsyncGenerator<Buffer> {
  await handOver();
  yield content;
}

/** The result of a failed attempt: the email is tried again, has failed for good, or may have arrived. */
export type Failure = 'again' | 'final' | 'unclear';

/**
 * Decides whether an email is tried again. If the server responded with an error, it has not accepted the email. A permanent refusal
 * of this recipient or this message is final (RFC 5321 §4.2.1). A refusal of the client is not final, since its configuration can be
 * corrected. If the connection broke after the message was handed over, the result is unclear, and another attempt could send the
 * email twice.
 */
export function failureOf(error: unknown, isHandedOver: boolean): Failure {
  const { responseCode, command, code } =
    error instanceof Error ? (error as Error & { responseCode?: unknown; command?: unknown; code?: unknown }) : {};
  if (typeof responseCode === 'number') {
    return responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA') ? 'final' : 'again';
  }
  // The address cannot be written into an SMTP command.
  if (code === 'EENVELOPE' && command === 'API') return 'final';
  return isHandedOver ? 'unclear' : 'again';
}
