import { resendMail } from '#accounts/account-mail.ts';
import { messageFor } from '#base/error-message.ts';
import { AppError } from '#base/errors.ts';
import type { Language } from '#base/words/language.ts';
import { isDatabaseBusy } from '#database/database-errors.ts';
import type { StoredUser } from '#directory/stored.ts';
import { displayNameOf } from '#directory/stored.ts';
import { expirePassword, setLocked } from '#directory/system-user-access.ts';
import { deleteSystemUser, updateSystemUser } from '#directory/system-users.ts';
import type { Exemption, PeopleAction } from '#people-search/action-outcomes.ts';
import type { Permission } from '#admins/roles.ts';
import { identityOf, languageOf, originOf, withQuota, type Context } from './context.ts';

/** The permission that the route for one person requires. */
export const actionPermissions = {
  suspend: 'users.write',
  activate: 'users.write',
  unlock: 'users.help',
  expire: 'users.help',
  mail: 'users.help',
  delete: 'users.write',
} as const satisfies Readonly<Record<PeopleAction, Permission>>;

/** Why an action does not change people, as a sentence. */
export const exemptionTexts: Readonly<Record<Language, Readonly<Record<Exemption, string>>>> = {
  en: {
    unchanged: 'They already are as the action would make them.',
    passwordPending: 'They have not set a password yet, so that none can expire.',
    passwordManaged: 'Their source manages the password.',
    stateTransition: 'They are not activated, so that a link would not work.',
    emailRequired: 'They have no email address to write to.',
  },
  zh: {
    unchanged: '这些人员已经处于操作后的状态。',
    passwordPending: '这些人员还没有设置密码，因此没有可以过期的密码。',
    passwordManaged: '密码由这些人员的数据源管理。',
    stateTransition: '这些人员未激活，因此链接不会起作用。',
    emailRequired: '这些人员没有可以接收邮件的地址。',
  },
};

export type Outcome = 'changed' | 'unchanged' | 'refused';

/** What an action did with one person. */
export interface ActionResult {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** Why the action was refused, as a text for people; null if it was not. */
  readonly reason: string | null;
}

/**
 * Performs an action on users, each in its own transaction as the route for one user does. A refusal of one user does not affect the
 * others. Throws the error of an outage: then the request can be repeated, because the users that are done already stay as they are.
 */
export async function performAction(
  context: Context,
  action: PeopleAction,
  users: readonly StoredUser[],
): Promise<readonly ActionResult[]> {
  const results: ActionResult[] = [];
  for (const user of users) {
    const shown = { id: user.id, name: displayNameOf(user) };
    if (isUnchanged(action, user)) {
      results.push({ ...shown, outcome: 'unchanged', reason: null });
      continue;
    }
    try {
      await actOn(context, action, user);
      // An expired password that the directory owns stays as it is.
      const isSame = action === 'expire' && user.passwordExpired;
      results.push({ ...shown, outcome: isSame ? 'unchanged' : 'changed', reason: null });
    } catch (error) {
      if (!(error instanceof AppError) || error.isOutage || isDatabaseBusy(error)) throw error;
      results.push({ ...shown, outcome: 'refused', reason: messageFor(error, 'rest', languageOf(context)) });
    }
  }
  return results;
}

function isUnchanged(action: PeopleAction, user: StoredUser): boolean {
  if (action === 'suspend') return user.state === 'SUSPENDED';
  if (action === 'activate') return user.state === 'ACTIVATED';
  if (action === 'unlock') return !user.accountLocked;
  return false;
}

async function actOn(context: Context, action: PeopleAction, user: StoredUser): Promise<void> {
  const { deps, caller } = identityOf(context);
  switch (action) {
    case 'suspend':
      return void (await updateSystemUser(deps, caller, user.id, { state: 'SUSPENDED' }));
    case 'activate':
      return void (await updateSystemUser(deps, caller, user.id, { state: 'ACTIVATED' }));
    case 'unlock':
      return void (await setLocked(deps, caller, user.id, false));
    case 'expire':
      return void (await expirePassword(deps, caller, user.id));
    case 'delete':
      return void (await deleteSystemUser(deps, caller, user.id, undefined));
    case 'mail':
      await withQuota(context, 'requestedMails', async () => {
        const refused = await resendMail(deps, originOf(context), user);
        if (refused !== undefined) throw refused;
      });
  }
}
