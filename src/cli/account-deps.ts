import { minimumResponseTime } from '#accounts/minimum-response-time.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import { readConfig } from '#base/config.ts';
import { publicUrlOf, type Session } from './session.ts';

/** What a command needs to change an account, with the mails about it: the server sends what waits in the outbox. */
export function accountDepsOf({ deps }: Session): AccountDeps {
  const accounts: AccountDeps = {
    ...deps,
    publicUrl: publicUrlOf,
    isPublicUrlConfigured: readConfig().publicUrl !== undefined,
    minimumResponseTime,
    wakeMailer: () => {},
    ...mailHooks(() => accounts),
  };
  return accounts;
}
