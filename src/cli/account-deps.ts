import { EVEN_ANSWER_MS } from '#accounts/even-answer.ts';
import type { AccountDeps } from '#accounts/account.ts';
import { mailHooks } from '#accounts/mail-hooks.ts';
import { readConfig } from '#base/config.ts';
import { createSecretBox, loadSecretKey } from '#base/secret-box.ts';
import { publicUrlOf, type Session } from './session.ts';

/** What a command needs to change an account, with the mails about it: the server sends what waits in the outbox. */
export function accountDepsOf({ deps }: Session): AccountDeps {
  const config = readConfig();
  const accounts: AccountDeps = {
    ...deps,
    secrets: createSecretBox(loadSecretKey(config)),
    publicUrl: publicUrlOf,
    isPublicUrlConfigured: config.publicUrl !== undefined,
    evenAnswerMs: EVEN_ANSWER_MS,
    wakeMailer: () => {},
    ...mailHooks(() => accounts),
  };
  return accounts;
}
