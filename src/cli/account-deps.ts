import { minimumResponseTime } from '#accounts/minimum-response-time.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import { readConfig } from '#base/config.ts';
import { publicUrlOf, type Session } from './session.ts';

/** Returns the dependencies of functions that change an account. Emails about the change wait in the outbox until the server sends them. */
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
