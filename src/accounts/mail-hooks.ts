import type { AccountDeps } from './account.ts';
import { requireAccount, sendWelcomeByRule } from './account-mail.ts';
import { notifyAccountChange, notifyKeyCreated, notifySshKeyChanged } from './account-notices.ts';

/** Returns the hooks that the directory calls to send emails: to new users, and about changes of accounts, SSH keys and API keys. */
export function mailHooks(
  deps: () => AccountDeps,
): Pick<AccountDeps, 'welcome' | 'accountChanged' | 'sshKeyChanged' | 'keyCreated'> {
  return {
    welcome: async (transaction, caller, user, reason) => {
      await sendWelcomeByRule({ ...deps(), database: transaction }, transaction, caller, user, reason);
    },
    accountChanged: async (transaction, caller, change) => {
      const account = await requireAccount(transaction, change.after);
      await notifyAccountChange({ ...deps(), database: transaction }, transaction, caller, { ...change, account });
    },
    sshKeyChanged: async (transaction, origin, user, change) => {
      const account = await requireAccount(transaction, user);
      await notifySshKeyChanged({ ...deps(), database: transaction }, transaction, origin, account, change);
    },
    keyCreated: async (transaction, origin, key) => {
      await notifyKeyCreated({ ...deps(), database: transaction }, transaction, origin, key);
    },
  };
}
