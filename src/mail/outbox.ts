import { DAY_MS, type Clock } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Language } from '#base/words/language.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { findMail, insertMail, type Mail } from './outbox-store.ts';
import { buttonOfKind, renderMail, type RenderedMail } from './render-mail.ts';
import { findTemplate } from './template-store.ts';
import type { MailKind, Tokens } from './templates.ts';

/** Days after which a waiting email is canceled, since it is no longer useful. An email with a link waits while the link is valid. */
export const MAIL_EXPIRY_DAYS = 7;

/** The dependencies of `queueMail`. */
export interface MailDeps {
  readonly clock: Clock;
  readonly secrets: SecretBox;
  /** Makes the mailer check the outbox soon. Otherwise it checks the outbox at regular intervals. */
  readonly wakeMailer: () => void;
}

export interface MailDraft {
  readonly organizationId: string;
  readonly kind: MailKind;
  /** The language of the recipient. */
  readonly language: Language;
  readonly recipient: string;
  /** The id of the user or administrator that the email is about. */
  readonly targetId: string | null;
  /**
   * `targetType` and `targetName` describe the target of the events about the result of the email. Without them, the email itself is the
   * target.
   */
  readonly targetType?: 'user' | 'admin' | undefined;
  readonly targetName?: string | undefined;
  readonly tokens: Tokens;
  /** The IANA name of the time zone in which the email shows times; UTC by default. */
  readonly timeZone?: string | undefined;
  /** The URL of the button. */
  readonly link?: string | undefined;
  /** The time after which the email is no longer useful. */
  readonly expiresAt?: Date | undefined;
}

/**
 * Puts an email into the outbox and returns its id. Pass the transaction of the change that the email is about, so that neither
 * exists without the other.
 */
export async function queueMail(deps: MailDeps, transaction: Database, draft: MailDraft): Promise<string> {
  const template = await findTemplate(transaction, draft.organizationId, draft);
  const { timeZone = 'UTC' } = draft;
  const mail = renderMail(template, draft.tokens, draft.link, { timeZone, button: buttonOfKind(draft) });
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
    expiresAt: draft.expiresAt ?? new Date(deps.clock.now().getTime() + MAIL_EXPIRY_DAYS * DAY_MS),
  });
  deps.wakeMailer();
  return id;
}

/** Returns the organization's contact as the address for replies, since the mailbox of the sender is not read. */
function replyToOf({ contact_name: name, contact_email: address }: Tokens): RenderedMail['replyTo'] {
  if (typeof address !== 'string' || address === '') return undefined;
  return { name: typeof name === 'string' ? name : '', address };
}

/** Decrypts the content of an email. Throws `configuration` if it was encrypted with another key. */
export function openMail(secrets: SecretBox, body: string): RenderedMail {
  try {
    return JSON.parse(secrets.open(body));
  } catch (error) {
    throw new TranslatedError('configuration', ({ admin }) => admin.outbox.otherKey, { cause: error });
  }
}

/** Returns an email with its decrypted content. Throws `notFound`, and the errors of `openMail`. */
export async function readMail(
  { secrets }: Pick<MailDeps, 'secrets'>,
  database: Database,
  organizationId: string,
  id: string,
): Promise<{ readonly mail: Mail; readonly content: RenderedMail }> {
  const found = await findMail(database, organizationId, id);
  if (found === undefined) throw new TranslatedError('notFound', ({ admin }) => admin.outbox.unknown(quote(id)));
  const { body, ...mail } = found;
  return { mail, content: openMail(secrets, body) };
}
