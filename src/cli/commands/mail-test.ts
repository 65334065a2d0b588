import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { queueTestMail } from '#accounts/test-mail.ts';
import { AppError } from '#base/errors.ts';
import { deliveryFault, type DeliveryFault } from '#mail/delivery-fault.ts';
import { findMail, type Mail } from '#mail/outbox-store.ts';
import { accountDepsOf } from '../account-deps.ts';
import { namedAdministrator } from '../named-administrator.ts';
import { exitCodes, print, type OutputOptions } from '../output.ts';
import { openSession, type Session } from '../session.ts';

/** How long the command waits for the server to send the email: longer than the interval at which the server looks for emails. */
const WAIT_MS = 20_000;
const INTERVAL_MS = 250;

/** What the operator can do about each fault. */
const advice: Readonly<Record<DeliveryFault, string>> = {
  login: 'Check the user and the password in TANHUA_SMTP_URL.',
  sender: 'Set TANHUA_MAIL_FROM to an address that the mail server may send from.',
  recipient: 'Check the address of the administrator, and whether the mail server may send to its domain.',
  certificate: 'Check the host name in TANHUA_SMTP_URL and the certificate of the mail server.',
  unreachable: 'Check host and port in TANHUA_SMTP_URL, and whether a firewall blocks them: tanhua doctor',
  other: 'The answer of the mail server says why. Its log may say more.',
};

export function mailTestCommand(): Command {
  return new Command('test')
    .argument('<administrator>', 'the administrator who gets the email, by email address or id')
    .description(
      'Have the running server send a test email to an administrator, and print whether the mail server accepted it.',
    )
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      await using session = await openSession();
      const administrator = await namedAdministrator(session, name);
      const id = await queueTestMail(accountDepsOf(session), session.origin, administrator);
      const mail = await firstResult(session, id);
      const shown = { id, recipient: administrator.email, state: mail.state, error: mail.error };
      print(options, shown, resultText(mail));
      if (mail.state !== 'sent') process.exitCode = exitCodes.failure;
    });
}

/** Waits until the email was sent or an attempt failed, for at most WAIT_MS. */
async function firstResult({ deps, organization }: Session, id: string): Promise<Mail> {
  for (let waited = 0; ; waited += INTERVAL_MS) {
    const mail = await findMail(deps.database, organization.id, id);
    if (mail === undefined) throw new AppError('notFound', 'The test email was deleted meanwhile.');
    if (mail.state !== 'waiting' || mail.error !== null || waited >= WAIT_MS) return mail;
    await sleep(INTERVAL_MS);
  }
}

function resultText({ id, recipient, state, error }: Mail): string {
  if (state === 'sent') return `The mail server accepted the email to ${recipient}.`;
  if (error !== null) return `The email to ${recipient} was not sent: ${error}\n${advice[deliveryFault(error)]}`;
  return `No server has sent the email to ${recipient} yet: it waits in the outbox. Check that the server runs, and that TANHUA_SMTP_URL is set for it. Then: tanhua mail show ${id}`;
}
