import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { toMail, type Mail } from './outbox-store.ts';

/** Which emails a list has. What is undefined does not limit the list. */
export interface MailQuery {
  readonly state?: Mail['state'] | undefined;
  /** The whole address of the recipient, in any letter case. */
  readonly recipient?: string | undefined;
  readonly kind?: string | undefined;
  readonly from?: Date | undefined;
  readonly skip: number;
  readonly limit: number;
}

/** Returns the emails of an organization, newest first. */
export async function listMails(
  database: Database,
  organizationId: string,
  { state, recipient, kind, from, skip, limit }: MailQuery,
): Promise<readonly Mail[]> {
  const rows = await database
    .selectFrom('mails')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .$if(state !== undefined, (select) => select.where('state', '=', state ?? 'waiting'))
    .$if(recipient !== undefined, (select) => select.where('recipient_key', '=', fold(recipient ?? '')))
    .$if(kind !== undefined, (select) => select.where('kind', '=', kind ?? ''))
    .$if(from !== undefined, (select) => select.where('created_at', '>=', from?.getTime() ?? 0))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .offset(skip)
    .limit(limit)
    .execute();
  return rows.map(toMail);
}
