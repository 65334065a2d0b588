import { listAddressesOfOrganizations } from '#admins/administrator-store.ts';
import { receivesMail } from '#accounts/unreachable.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import type { Database } from '#database/database.ts';
import { countUndelivered } from '#mail/outbox-store.ts';
import { probeSmtp } from '#mail/smtp.ts';
import type { Organization } from '#organizations/organization-store.ts';
import type { Finding } from './key-findings.ts';
import type { Language } from '#base/words/language.ts';
import type { HealthWords } from './health-words.ts';
import { healthWordsIn } from './health-words-in.ts';

/** The maximum number of organizations that one finding names. */
const NAMED_MAX = 5;

/** Reports whether the mail server can be reached and accepts the login. Sends no email. */
export async function mailServerFinding(
  { smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>,
  language: Language = 'en',
): Promise<Finding> {
  const words = healthWordsIn(language);
  const check = 'mail server';
  if (smtpUrl === undefined) {
    return { check, status: 'warning', detail: words.noMailServer };
  }
  const { server, isAuthenticated, fault } = await probeSmtp(smtpUrl);
  if (fault !== undefined) {
    return { check, status: 'fault', detail: words.mailFault(server, fault.kind, fault.detail) };
  }
  if (!receivesMail(addressOf(mailFrom))) {
    return { check, status: 'warning', detail: words.localSender(server, isAuthenticated, mailFrom) };
  }
  return { check, status: 'ok', detail: words.mailServer(server, isAuthenticated) };
}

/** Returns the address of a sender such as `Tanhua <no-reply@example.com>`. */
function addressOf(sender: string): string {
  return (/<([^<>]*)>\s*$/.exec(sender)?.[1] ?? sender).trim();
}

/** Reports emails that did not reach their recipients, and organizations in which none of the administrators can receive email. */
export async function outboxFindings(
  database: Database,
  organizations: readonly Organization[],
  clock: Clock,
  language: Language = 'en',
): Promise<readonly Finding[]> {
  const words = healthWordsIn(language);
  const since = new Date(clock.now().getTime() - DAY_MS);
  const { waiting, delayed, failed } = await countUndelivered(database, since);
  const addresses = await listAddressesOfOrganizations(database);
  const reached = new Set(addresses.filter(({ email }) => receivesMail(email)).map((one) => one.organizationId));
  const unreachable = organizations
    .filter(({ id }) => !reached.has(id))
    .map(({ name }) => name)
    .toSorted();
  return [
    {
      check: 'mails',
      status: failed + delayed === 0 ? 'ok' : 'warning',
      detail: words.outbox(failed, waiting, delayed),
    },
    ...(unreachable.length === 0 ? [] : [unreachableFinding(unreachable, words)]),
  ];
}

function unreachableFinding(names: readonly string[], words: HealthWords): Finding {
  return {
    check: 'administrators',
    status: 'warning',
    detail: words.unreachable(names.slice(0, NAMED_MAX), Math.max(0, names.length - NAMED_MAX)),
  };
}
