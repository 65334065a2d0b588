import type { Language } from '#base/words/language.ts';
import { checkWordsIn, type CheckWords } from './check-words.ts';
import type { RequestDetail } from './logged-request.ts';

/** One check of the credential of a request: what the server expected, and what it received. Neither contains a secret. */
export interface AuthenticationCheck {
  readonly check: 'authorization header' | 'key' | 'key expiry' | 'address' | 'permission';
  readonly passed: boolean;
  readonly expected: string;
  readonly received: string;
}

/** The check that failed, by the code of the error. A request that was refused with another code passed all checks. */
const failing: Readonly<Record<string, AuthenticationCheck['check']>> = {
  keyMissing: 'authorization header',
  keyUnknown: 'key',
  keyRevoked: 'key',
  userInactive: 'key',
  secondFactor: 'key',
  keyExpired: 'key expiry',
  keyAddress: 'address',
  roleForbidden: 'permission',
};

/** True for the code of an error that refuses the credential of a request. */
export function refusesCredential(code: string): boolean {
  return Object.hasOwn(failing, code);
}

interface CheckedRequest {
  readonly at: Date;
  readonly resourceType: string | null;
  /** The code of the error and its text; null for an accepted request. */
  readonly reason: string | null;
  readonly reasonText: string | null;
  readonly detail: Pick<RequestDetail, 'credential' | 'clientIp' | 'actor'>;
}

/**
 * Returns the checks of the credential in their order: those that the request passed, and the one that it failed. The checks after a
 * failed one did not run.
 *
 * @example
 * authenticationChecks({ reason: 'keyExpired', … }).at(-1);
 * // { check: 'key expiry', passed: false, expected: 'use before 2026-01-01T00:00:00.000Z', received: 'use at 2026-01-05T09:00:00.000Z' }
 */
export function authenticationChecks(
  request: CheckedRequest,
  language: Language = 'en',
): readonly AuthenticationCheck[] {
  const words = checkWordsIn(language);
  const failed = request.reason === null ? undefined : failing[request.reason];
  const all = [headerCheck, keyCheck, expiryCheck, addressCheck, permissionCheck].map((check) => check(request, words));
  const end = all.findIndex(({ check }) => check === failed);
  return all
    .slice(0, end === -1 ? all.length : end + 1)
    .map((one, index) => ({ ...one, passed: index !== end || failed === undefined }));
}

type Check = (request: CheckedRequest, words: CheckWords) => Omit<AuthenticationCheck, 'passed'>;

const headerCheck: Check = ({ detail }, words) => ({
  check: 'authorization header',
  expected: words.credential,
  received: words.methods[detail.credential.method],
});

const keyCheck: Check = ({ reason, reasonText, detail: { credential, actor } }, words) => {
  const isRefused = reason !== null && failing[reason] === 'key';
  const id = words.keyId(credential.keyId);
  return {
    check: 'key',
    expected: words.key,
    received:
      isRefused && reasonText !== null ? words.refused(id, reasonText) : words.keyOf(id, actor.name ?? actor.type),
  };
};

const expiryCheck: Check = ({ at, detail: { credential } }, words) => ({
  check: 'key expiry',
  expected:
    credential.expiresAt === undefined ? words.anyTime : words.before(new Date(credential.expiresAt).toISOString()),
  received: words.at(at.toISOString()),
});

const addressCheck: Check = ({ detail: { credential, clientIp } }, words) => ({
  check: 'address',
  expected: credential.allowedIps === undefined ? words.anyAddress : credential.allowedIps.join(', '),
  received: clientIp,
});

const permissionCheck: Check = ({ resourceType, detail: { credential, actor } }, words) => ({
  check: 'permission',
  expected: resourceType === 'Schema' ? words.schemas : words.scim,
  received: credential.role === undefined ? words.tokenOf(actor.type, actor.name ?? '') : words.role(credential.role),
});
