import { keyStatus } from '#admins/key-status.ts';
import type { ApiKey } from '#admins/key-record.ts';
import { DAY_MS } from '#base/clock.ts';
import { quote } from '#base/errors.ts';
import type { Integration } from '#integrations/integration-store.ts';
import type { Language } from '#base/words/language.ts';
import type { HealthWords } from './health-words.ts';
import { healthWordsIn } from './health-words-in.ts';

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
  language: Language = 'en',
): readonly Finding[] {
  const words = healthWordsIn(language);
  // Ignores users' own tokens, because they cannot provision.
  const provisioning = keys.filter((key) => key.kind !== 'user');
  const valid = provisioning.filter((key) => keyStatus(key, now) === 'valid');
  const noKey = {
    check: 'keys',
    status: 'fault',
    detail: words.noKey,
  } as const;
  return [
    integrations.length > 0 && valid.length === 0
      ? noKey
      : { check: 'keys', status: 'ok', detail: words.validKeys(valid.length) },
    ...provisioning.flatMap((key) => stoppedFinding(key, now, words)),
    ...valid.flatMap((key) => expiringFinding(key, now, words)),
    ...valid
      .filter((key) => key.kind === 'administrator' && key.lastScimAt !== null)
      .map((key) => broadFinding(key, words)),
    ...integrations.flatMap((integration) => silentFinding(integration, now, words)),
  ];
}

/** Reports a key that has neither expired nor been revoked, but does not work. */
function stoppedFinding(key: ApiKey, now: Date, words: HealthWords): readonly Finding[] {
  const reasons: Readonly<Record<string, (owner: string) => string>> = words.keyStopped;
  const reason = reasons[keyStatus(key, now)];
  if (reason === undefined) return [];
  const detail = words.stopped(key.prefix, key.name, reason(key.owner));
  return [{ check: 'key owner', status: 'warning', detail }];
}

/** Reports a key that expires soon and that no new key has replaced: a rotation sets `warnedDays` to 0. */
function expiringFinding(key: ApiKey, now: Date, words: HealthWords): readonly Finding[] {
  const { prefix, name, kind, expiresAt, warnedDays } = key;
  if (expiresAt === null || warnedDays === 0) return [];
  const leftMs = expiresAt.getTime() - now.getTime();
  if (leftMs >= KEY_EXPIRY_DAYS * DAY_MS) return [];
  const days = Math.ceil(leftMs / DAY_MS);
  const create = kind === 'integration' ? 'tanhua key create --integration NAME' : 'tanhua key create';
  const detail = words.expires(prefix, name, days, expiresAt.toISOString(), create);
  return [{ check: 'key expiry', status: 'warning', detail }];
}

function broadFinding({ prefix, name, owner, role }: ApiKey, words: HealthWords): Finding {
  return {
    check: 'key role',
    status: 'warning',
    detail: words.tooBroad(prefix, name, owner, String(role)),
  };
}

function silentFinding(
  { name, createdAt, lastRequestAt }: Integration,
  now: Date,
  words: HealthWords,
): readonly Finding[] {
  const since = lastRequestAt ?? createdAt;
  if (now.getTime() - since.getTime() < INTEGRATION_SILENT_DAYS * DAY_MS) return [];
  const detail = lastRequestAt === null ? words.neverSent(quote(name)) : words.silent(quote(name), since.toISOString());
  return [{ check: 'silent integration', status: 'warning', detail }];
}
