import { createHmac, randomBytes } from 'node:crypto';

/** The lifetime of the tokens of the stand-in in seconds. */
export const TOKEN_SECONDS = 3_599;

/** Signs the tokens of this process. Nothing verifies them: a client gets them from the token endpoint itself. */
const signingKey = randomBytes(32);

export interface TokenClaims {
  readonly issuer: string;
  readonly clientId: string;
  readonly tenantId: string;
  readonly objectId: string;
  /** Only if the scope `profile` was requested. */
  readonly upn: string | undefined;
  readonly at: Date;
}

/** Returns an ID token as Entra ID's endpoint of version 2.0 issues it, signed with HS256. */
export function idToken({ issuer, clientId, tenantId, objectId, upn, at }: TokenClaims): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  const claims = {
    aud: clientId,
    iss: issuer,
    iat: seconds,
    nbf: seconds,
    exp: seconds + TOKEN_SECONDS,
    oid: objectId,
    sub: `${clientId}.${objectId}`,
    tid: tenantId,
    ver: '2.0',
    ...(upn !== undefined && { preferred_username: upn }),
  };
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', signingKey).update(signed).digest('base64url')}`;
}
