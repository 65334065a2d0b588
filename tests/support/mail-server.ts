import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';
import { waitUntil } from './wait-until.ts';

export interface ReceivedMail {
  readonly to: string;
  readonly from: string;
  readonly secure: boolean;
  readonly parsed: ParsedMail;
}

/** How the server reacts to a recipient or a message. If a function returns undefined, the server accepts the recipient or the message. */
export interface MailBehavior {
  /** The reply to RCPT TO, such as "550 no such user here". */
  readonly refuseRecipient?: (address: string) => string | undefined;
  /** The reply after the whole message has arrived. */
  readonly refuseMessage?: (address: string) => string | undefined;
  /** When to close the connection instead of replying: before DATA, during the message, or after the message but before the reply. */
  readonly dropAt?: (address: string) => 'recipient' | 'data' | 'answer' | undefined;
  /** Milliseconds between the end of the message and the reply. */
  readonly delayMs?: number;
}

export interface TestMailServer extends AsyncDisposable {
  readonly url: (options?: string, credentials?: string) => string;
  readonly received: readonly ReceivedMail[];
  behavior: MailBehavior;
  /** Waits until `count` emails to the address, or to any address, have arrived. Returns them. */
  readonly waitFor: (count: number, address?: string) => Promise<readonly ReceivedMail[]>;
}

/** Starts an SMTP server on 127.0.0.1 that stores the emails that it receives. */
export async function openMailServer(options: SMTPServerOptions = {}): Promise<TestMailServer> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let behavior: MailBehavior = {};
  const drop = () => sockets.forEach((socket) => socket.destroy());
  const replyOf = (text: string) => Object.assign(new Error(text.slice(4)), { responseCode: Number(text.slice(0, 3)) });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    ...options,
    onRcptTo: ({ address }, _session, done) => {
      if (behavior.dropAt?.(address) === 'recipient') {
        drop();
        return;
      }
      const refusal = behavior.refuseRecipient?.(address);
      done(refusal === undefined ? undefined : replyOf(refusal));
    },
    onData: (stream, session, done) => {
      const to = recipientOf(session);
      if (behavior.dropAt?.(to) === 'data') {
        stream.once('data', drop);
        return;
      }
      // The server does not wait for a promise, but for a call of `done`.
      const answerLater = async () => {
        const mail = await receive(stream, session);
        const isDropped = behavior.dropAt?.(to) === 'answer';
        const refusal = behavior.refuseMessage?.(to);
        if (refusal === undefined) received.push(mail);
        await sleep(behavior.delayMs ?? 0);
        if (isDropped) drop();
        else done(refusal === undefined ? undefined : replyOf(refusal));
      };
      void answerLater();
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
  });
  const { port } = server.server.address() as AddressInfo;
  const to = (address: string | undefined) => received.filter((mail) => address === undefined || mail.to === address);
  return {
    url: (query = '', credentials = '') =>
      `${options.secure === true ? 'smtps' : 'smtp'}://${credentials}127.0.0.1:${port}${query}`,
    received,
    get behavior() {
      return behavior;
    },
    set behavior(next) {
      behavior = next;
    },
    waitFor: async (count, address) => {
      const failure = () => `${to(address).length} of ${count} emails arrived in time`;
      await waitUntil(() => to(address).length >= count, { failure, everyMs: 20 });
      return to(address);
    },
    [Symbol.asyncDispose]: async () => {
      drop();
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

function recipientOf(session: SMTPServerSession): string {
  return session.envelope.rcptTo[0]?.address ?? '';
}

async function receive(stream: NodeJS.ReadableStream, session: SMTPServerSession): Promise<ReceivedMail> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  const { mailFrom } = session.envelope;
  return {
    to: recipientOf(session),
    from: mailFrom === false ? '' : mailFrom.address,
    secure: session.secure,
    parsed: await simpleParser(Buffer.concat(chunks)),
  };
}

/** Returns the first link with a token in an email, and the token. */
export function linkOf({ parsed }: ReceivedMail): { readonly url: string; readonly token: string } {
  const url = /https?:\/\/\S+token=[\w-]+/.exec(parsed.text ?? '')?.[0] ?? '';
  return { url, token: new URL(url).searchParams.get('token') ?? '' };
}
