import { z } from 'zod';
import { storedJson } from '#base/stored-json.ts';
import { isGuid } from '../source/source-values.ts';
import { isSignInErrorCode, signInErrorCodes, type SignInErrorCode } from './sign-in-errors.ts';

/** The longest delay that a fault can ask for, in milliseconds. */
export const SIGN_IN_DELAY_MAX_MS = 60_000;
/** The longest Retry-After that a fault can ask for, in seconds. */
export const RETRY_AFTER_MAX_SECONDS = 3_600;

/** A simulated fault of sign-ins, of one user or of a whole tenant. */
export interface SignInFault {
  /** The AADSTS code of the answer; `throttled` answers 429, `unavailable` 503 without a code. null lets the sign-in continue. */
  readonly error: SignInErrorCode | 'throttled' | 'unavailable' | null;
  /** The header Retry-After of the answer. */
  readonly retryAfterSeconds: number | null;
  readonly delayMs: number;
  /** True to accept the request and never answer. */
  readonly hangs: boolean;
  /** What the ID token says instead of the ids of the tenant and of the user. */
  readonly claims: { readonly tid?: string | undefined; readonly oid?: string | undefined } | null;
}

const count = (max: number) =>
  z
    .int({ error: `must be a whole number from 0 to ${max}` })
    .min(0)
    .max(max);
const id = z.string().refine(isGuid, { error: 'must be a GUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301' });
const errorName = z.custom<SignInFault['error']>(
  (value) =>
    value === null ||
    value === 'throttled' ||
    value === 'unavailable' ||
    (typeof value === 'number' && isSignInErrorCode(value)),
  { error: `must be null, throttled, unavailable or one of ${signInErrorCodes.join(', ')}` },
);

/** A body that sets a fault. A missing property has no effect. */
export const signInFaultBody = z.strictObject({
  error: errorName.default(null),
  retryAfterSeconds: count(RETRY_AFTER_MAX_SECONDS).nullable().default(null),
  delayMs: count(SIGN_IN_DELAY_MAX_MS).default(0),
  hangs: z.boolean().default(false),
  claims: z.strictObject({ tid: id.optional(), oid: id.optional() }).nullable().default(null),
});

/** Reads a stored fault. */
export const readSignInFault = storedJson('sign_in_fault', z.looseObject(signInFaultBody.shape));
