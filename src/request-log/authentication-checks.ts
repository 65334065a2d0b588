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

const methods = {
  bearer: 'a bearer token in the Authorization header',
  'x-api-key': 'a key in the x-api-key header',
  session: 'the token of a session',
  none: 'no credential',
} as const;

/**
 * Returns the checks of the credential in their order: those that the request passed, and the one that it failed. The checks after a
 * failed one did not run.
 *
 * @example
 * authenticationChecks({ reason: 'keyExpired', … }).at(-1);
 * // { check: 'key expiry', passed: false, expected: 'use before 2026-01-01T00:00:00.000Z', received: 'use at 2026-01-05T09:00:00.000Z' }
 */
export function authenticationChecks(request: CheckedRequest): readonly AuthenticationCheck[] {
  const failed = request.reason === null ? undefined : failing[request.reason];
  const all = [headerCheck, keyCheck, expiryCheck, addressCheck, permissionCheck].map((check) => check(request));
  const end = all.findIndex(({ check }) => check === failed);
  return all
    .slice(0, end === -1 ? all.length : end + 1)
    .map((one, index) => ({ ...one, passed: index !== end || failed === undefined }));
}

type Check = (request: CheckedRequest) => Omit<AuthenticationCheck, 'passed'>;

const headerCheck: Check = ({ detail }) => ({
  check: 'authorization header',
  expected: 'a bearer token in the Authorization header, or a key in the x-api-key header',
  received: methods[detail.credential.method],
});

const keyCheck: Check = ({ reason, reasonText, detail: { credential, actor } }) => {
  const isRefused = reason !== null && failing[reason] === 'key';
  const id = credential.keyId === undefined ? 'a credential' : `the key ${credential.keyId}`;
  return {
    check: 'key',
    expected: 'a key of this organization that is not revoked, and whose owner may use it',
    received: isRefused && reasonText !== null ? `${id}: ${reasonText}` : `${id} of ${actor.name ?? actor.type}`,
  };
};

const expiryCheck: Check = ({ at, detail: { credential } }) => ({
  check: 'key expiry',
  expected:
    credential.expiresAt === undefined
      ? 'use at any time, because the key does not expire'
      : `use before ${new Date(credential.expiresAt).toISOString()}`,
  received: `use at ${at.toISOString()}`,
});

const addressCheck: Check = ({ detail: { credential, clientIp } }) => ({
  check: 'address',
  expected: credential.allowedIps === undefined ? 'any address' : credential.allowedIps.join(', '),
  received: clientIp,
});

const permissionCheck: Check = ({ resourceType, detail: { credential, actor } }) => ({
  check: 'permission',
  expected:
    resourceType === 'Schema'
      ? 'the permission schemas'
      : 'the permission scim, a key of a source, or at /Me a token of a user',
  received:
    credential.role === undefined
      ? `a token of the ${actor.type} ${actor.name ?? ''}`.trim()
      : `the role ${credential.role}`,
});
