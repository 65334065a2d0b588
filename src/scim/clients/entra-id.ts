import { isObject } from '#base/json.ts';
import { isList } from '#scim/resource/json-shape.ts';
import type { ClientEvidence, ClientProfile } from './client-profile.ts';

/** The lowercase names of Entra ID's feature flag: the current one, and the one that its documentation used in 2020. */
export const entraFlags: ReadonlySet<string> = new Set(['aadoptscim062020', 'azureadscimpatch062020']);

/** Values of `op` that only Entra ID without its flag sends. */
const capitalOperations: ReadonlySet<unknown> = new Set(['Add', 'Replace', 'Remove']);

/**
 * Microsoft Entra ID sends no User-Agent, but it sends the ADSCIMVersion header, by which other servers recognize it too. A
 * Tenant URL with the flag also identifies Entra ID. Without the flag, its PATCH requests have the operations that
 * `patch/dialects/entra.ts` describes.
 */
export const entraId: ClientProfile = {
  name: 'Microsoft Entra ID',
  matches: (evidence) =>
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
