import { DAY_MS, type Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import { findMail, insertMail, type Mail } from './outbox-store.ts';
import { buttonOfKind, renderMail, type RenderedMail } from './render-mail.ts';
import { findTemplate } from './template-store.ts';
import type { MailKind, Tokens } from './templates.ts';

/** A mail that has waited for longer is not sent any more: nobody wants to be told then. One with a link waits as long as that works. */
export const MAIL_WAITS_DAYS = 7;

/** What it takes to put a mail into the outbox. */
export interface MailDeps {
  readonly clock: Clock;
  readonly secrets: SecretBox;
  /** Tells whoever sends mails that there is one; it looks from time to time anyway. */
  readonly wakeMailer: () => void;
}

export interface MailDraft {
  readonly organizationId: string;
  readonly kind: MailKind;
  readonly recipient: string;
  /** The user or administrator that it is about. */
  readonly targetId: string | null;
  /** With the name, what the events with the result of the mail are about; without them, the mail itself. */
  readonly targetType?: 'user' | 'admin' | undefined;
  readonly targetName?: string | undefined;
  readonly tokens: Tokens;
  /** The time zone in which times are written; UTC without it. */
  readonly timeZone?: string | undefined;
  /** Where the button goes. */
  readonly link?: string | undefined;
  /** From when on it is of no use. */
  readonly expiresAt?: Date | undefined;
}

/** Puts a mail into the outbox, in the transaction of the change that it is about: neither exists without the other. */
export async function queueMail(deps: MailDeps, transaction: Database, draft: MailDraft): Promise<string> {
  const template = await findTemplate(transaction, draft.organizationId, draft.kind);
  const { timeZone = 'UTC' } = draft;
  const mail = renderMail(template, draft.tokens, draft.link, { timeZone, button: buttonOfKind(draft.kind) });
  const rendered: RenderedMail = { ...mail, replyTo: replyToOf(draft.tokens) };
  const id = await insertMail(transaction, deps.clock, {
    organizationId: draft.organizationId,
    kind: draft.kind,
    recipient: draft.recipient,
    targetId: draft.targetId,
    targetType: draft.targetType,
    targetName: draft.targetName,
    subject: rendered.subject,
    body: deps.secrets.seal(JSON.stringify(rendered)),
    expiresAt: draft.expiresAt ?? new Date(deps.clock.now().getTime() + MAIL_WAITS_DAYS * DAY_MS),
  });
  deps.wakeMailer();
  return id;
}

/** Answers go to the contact of the organization: people answer mails, and nobody reads the mailbox of the sender. */
function replyToOf({ contact_name: name, contact_email: address }: Tokens): RenderedMail['replyTo'] {
  if (typeof address !== 'string' || address === '') return undefined;
  return { name: typeof name === 'string' ? name : '', address };
}

/** What a mail says. Throws configuration when it was encrypted with another key. */
export function openMail(secrets: SecretBox, body: string): RenderedMail {
  try {
    return JSON.parse(secrets.open(body));
  } catch (error) {
    throw new AppError(
      'configuration',
      'The mail was encrypted with another key. Set TANHUA_SECRET_KEY, or TANHUA_DATA_DIR, to what the server had that wrote it.',
      { cause: error },
    );
  }
}

/** One mail with what it says. Throws notFound, and what openMail throws. */
export async function readMail(
  { secrets }: Pick<MailDeps, 'secrets'>,
  database: Database,
  organizationId: string,
  id: string,
): Promise<{ readonly mail: Mail; readonly content: RenderedMail }> {
  const found = await findMail(database, organizationId, id);
  if (found === undefined) throw new AppError('notFound', `There is no mail ${quote(id)} in the outbox.`);
  const { body, ...mail } = found;
  return { mail, content: openMail(secrets, body) };
}
