import { isObject } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import type { ClientEvidence, ClientProfile } from './client-profile.ts';

/** Entra ID's names for its flag: today's, and the one that its documentation used in 2020. */
export const entraFlags: ReadonlySet<string> = new Set(['aadoptscim062020', 'azureadscimpatch062020']);

/** Only Entra ID without its flag writes `op` so. */
const capitalOperations: ReadonlySet<unknown> = new Set(['Add', 'Replace', 'Remove']);

/**
 * Microsoft Entra ID sends no User-Agent, but the header ADSCIMVersion, by which other servers know it as well. Whoever
 * put the flag into the Tenant URL means Entra ID; without it, PATCH has the operations of `patch/dialects/entra.ts`.
 */
export const entraId: ClientProfile = {
  name: 'Microsoft Entra ID',
  sends: (evidence) =>
    evidence.headers['adscimversion'] !== undefined || hasFlag(evidence) || hasCapitalOperation(evidence),
};

function hasFlag({ url }: ClientEvidence): boolean {
  const names = url.split(/[?&]/).slice(1);
  return names.some((name) => entraFlags.has(name.split('=', 1)[0]?.toLowerCase() ?? ''));
}

function hasCapitalOperation({ body }: ClientEvidence): boolean {
  const operations = isObject(body) ? body['Operations'] : undefined;
  const first = isList(operations) ? operations[0] : undefined;
  return isObject(first) && capitalOperations.has(first['op']);
}
