import { keyStatus } from '#admins/key-status.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import type { Integration } from '#integrations/integration-store.ts';

/** One line in the output of `tanhua doctor`. If a finding is a fault, the command exits with 1. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'fault';
  readonly detail: string;
}

/** A valid key is reported if it expires within this number of days. */
export const KEY_EXPIRY_DAYS = 30;

/** An integration is reported if it has sent no request for this number of days. */
export const INTEGRATION_SILENT_DAYS = 7;

/** Checks keys and integrations, for `doctor`. The findings reveal sources that can no longer provision, or soon will not be able to. */
export function keyFindings(
  keys: readonly ApiKey[],
  integrations: readonly Integration[],
  now: Date,
): readonly Finding[] {
  // Ignores users' own tokens, because they cannot provision.
  const provisioning = keys.filter((key) => key.kind !== 'user');
  const valid = provisioning.filter((key) => keyStatus(key, now) === 'valid');
  const noKey = {
    check: 'keys',
    status: 'fault',
    detail: 'no key is valid. Create one: tanhua key create',
  } as const;
  return [
    integrations.length > 0 && valid.length === 0
      ? noKey
      : { check: 'keys', status: 'ok', detail: `${valid.length} valid` },
    ...provisioning.flatMap((key) => stoppedFinding(key, now)),
    ...valid.flatMap((key) => expiringFinding(key, now)),
    ...valid.filter((key) => key.kind === 'administrator' && key.lastScimAt !== null).map(broadFinding),
    ...integrations.flatMap((integration) => silentFinding(integration, now)),
  ];
}

/** Reports a key that has neither expired nor been revoked, but does not work. */
function stoppedFinding(key: ApiKey, now: Date): readonly Finding[] {
  const reasons: Readonly<Record<string, string>> = {
    ownerSuspended: `its owner ${key.owner} is suspended`,
    ownerRemoved: `its owner ${key.owner} was removed`,
    keysForbidden: `its owner ${key.owner} may not have API keys`,
    creatorEnded: 'the key that created it no longer works',
  };
  const reason = reasons[keyStatus(key, now)];
  if (reason === undefined) return [];
  const detail = `${key.prefix}… (${key.name}) does not work: ${reason}. If a client still uses it, create another key and enter it there: tanhua key create`;
  return [{ check: 'key owner', status: 'warning', detail }];
}

function expiringFinding({ prefix, name, kind, expiresAt }: ApiKey, now: Date): readonly Finding[] {
  if (expiresAt === null) return [];
  const leftMs = expiresAt.getTime() - now.getTime();
  if (leftMs >= KEY_EXPIRY_DAYS * DAY_MS) return [];
  const days = Math.ceil(leftMs / DAY_MS);
  const left = days === 1 ? '1 day' : `${days} days`;
  const create = kind === 'integration' ? 'tanhua key create --integration NAME' : 'tanhua key create';
  const detail = `${prefix}… (${name}) expires in ${left}, on ${expiresAt.toISOString()}: create another key (${create}), enter it where this one is used, and then revoke this one`;
  return [{ check: 'key expiry', status: 'warning', detail }];
}

function broadFinding({ prefix, name, owner, role }: ApiKey): Finding {
  return {
    check: 'key role',
    status: 'warning',
    detail: `${prefix}… (${name}) sends SCIM requests with all permissions of ${owner} (${role}), and stops working if that account is suspended or removed. Use an integration token, which can only use SCIM: tanhua key create --integration NAME`,
  };
}

function silentFinding({ name, createdAt, lastRequestAt }: Integration, now: Date): readonly Finding[] {
  const since = lastRequestAt ?? createdAt;
  if (now.getTime() - since.getTime() < INTEGRATION_SILENT_DAYS * DAY_MS) return [];
  const last =
    lastRequestAt === null ? 'has not sent a request yet' : `sent its last request on ${since.toISOString()}`;
  const detail = `${quote(name)} ${last}: check provisioning in the source, and its key with "tanhua key list"`;
  return [{ check: 'silent integration', status: 'warning', detail }];
}
