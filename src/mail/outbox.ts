import type { Clock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import { findMail, insertMail, type Mail } from './outbox-store.ts';
import { findTemplate } from './template-store.ts';
import { renderMail, type MailKind, type RenderedMail, type Tokens } from './templates.ts';

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
  readonly tokens: Tokens;
  /** Where the button goes. */
  readonly link?: string | undefined;
}

/** Puts a mail into the outbox, in the transaction of what it tells: a mail is sent if and only if that happened. */
export async function queueMail(deps: MailDeps, transaction: Database, draft: MailDraft): Promise<string> {
  const template = await findTemplate(transaction, draft.organizationId, draft.kind);
  const rendered = renderMail(template, draft.tokens, draft.link);
  const id = await insertMail(transaction, deps.clock, {
    organizationId: draft.organizationId,
    kind: draft.kind,
    recipient: draft.recipient,
    targetId: draft.targetId,
    subject: rendered.subject,
    body: deps.secrets.seal(JSON.stringify(rendered)),
  });
  deps.wakeMailer();
  return id;
}

/** What a mail says. */
export function openMail(secrets: SecretBox, body: string): RenderedMail {
  return JSON.parse(secrets.open(body));
}

/** One mail with what it says. Throws notFound. */
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
