import { findAdministrators } from '#admins/administrator-store.ts';
import { receivesMail } from '#accounts/unreachable.ts';
import { DAY_MS, type Clock } from '#base/clock.ts';
import type { Config } from '#base/config.ts';
import type { Database } from '#database/database.ts';
import { countUndelivered } from '#mail/outbox-store.ts';
import { probeSmtp } from '#mail/smtp.ts';
import type { Organization } from '#organizations/organization-store.ts';
import type { Finding } from './key-findings.ts';

/** The maximum number of organizations that one finding names. */
const NAMED_MAX = 5;

/** Reports whether the mail server can be reached and accepts the login. Sends no email. */
export async function mailServerFinding({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): Promise<Finding> {
  const check = 'mail server';
  if (smtpUrl === undefined) {
    const detail = 'not configured: emails wait in the outbox (tanhua mail list). Set TANHUA_SMTP_URL to send them';
    return { check, status: 'warning', detail };
  }
  const { server, isAuthenticated, fault } = await probeSmtp(smtpUrl);
  if (fault !== undefined) return { check, status: 'fault', detail: `${server}: ${fault}. Check TANHUA_SMTP_URL` };
  const login = isAuthenticated ? 'accepts the login' : 'is used without a login';
  if (!receivesMail(addressOf(mailFrom))) {
    const detail = `${server} can be reached and ${login}, but the sender of emails is ${mailFrom}: set TANHUA_MAIL_FROM to an address of your own domain`;
    return { check, status: 'warning', detail };
  }
  return { check, status: 'ok', detail: `${server} can be reached and ${login}` };
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
): Promise<readonly Finding[]> {
  const since = new Date(clock.now().getTime() - DAY_MS);
  const total = { waiting: 0, delayed: 0, failed: 0 };
  const unreachable: string[] = [];
  for (const { id, name } of organizations) {
    const counts = await countUndelivered(database, id, since);
    total.waiting += counts.waiting;
    total.delayed += counts.delayed;
    total.failed += counts.failed;
    const administrators = await findAdministrators(database, id);
    if (!administrators.some(({ email, suspended }) => receivesMail(email) && !suspended)) unreachable.push(name);
  }
  const { waiting, delayed, failed } = total;
  const advice = failed + delayed === 0 ? '' : '. See the reasons: tanhua mail list';
  return [
    {
      check: 'mails',
      status: failed + delayed === 0 ? 'ok' : 'warning',
      detail: `${failed} failed in the last 24 hours; ${waiting} wait, ${delayed} of them after a failed attempt${advice}`,
    },
    ...(unreachable.length === 0 ? [] : [unreachableFinding(unreachable)]),
  ];
}

function unreachableFinding(names: readonly string[]): Finding {
  const named = names.slice(0, NAMED_MAX).join(', ');
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
  return {
    check: 'administrators',
    status: 'warning',
    detail: `no administrator of ${named}${more} receives mail, so notices about expiring keys and locked accounts are lost. Set an address: tanhua admin set EMAIL --email NEW`,
  };
}
