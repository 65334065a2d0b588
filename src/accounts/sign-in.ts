import type { RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { hashPassword, productionPasswordCost, verifyPassword, type PasswordCost } from '#directory/password-hash.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { lockAccount, type Account, type AccountDeps, type AccountKind } from './account.ts';
import { findPlacedAccounts, type DoorDeps, type PlacedAccount } from './account-places.ts';
import { hindranceOf, openSession, type Hindrance, type SignedIn } from './account-session.ts';
import { refuseEvenly } from './even-answer.ts';
import { countFailure, recordAttempt } from './lockout.ts';
import { hasTotp, useCode, wrongCode } from './second-factor.ts';

export interface SignInRequest {
  readonly kind: AccountKind;
  readonly login: string;
  readonly password: string;
  readonly totp?: string | undefined;
  /** Where one address has accounts in several. */
  readonly organizationId?: string | undefined;
  readonly request: RequestOrigin;
}

/**
 * Signs somebody in by password, and by a code of the authenticator app where there is one. Throws signInFailed (401) with the
 * same words and no sooner whether the account exists or not; to who knows the password, passwordExpired (401) and
 * secondFactor (401).
 */
export async function signIn(deps: DoorDeps, attempt: SignInRequest): Promise<SignedIn> {
  return await refuseEvenly(deps.evenAnswerMs, async () => {
    const { kind, login, organizationId, password, request } = attempt;
    const candidates = (await findPlacedAccounts(deps, kind, login)).filter(
      ({ account }) => organizationId === undefined || account.organizationId === organizationId,
    );
    // As much work for a name that nobody has.
    if (candidates.length === 0) await verifyPassword(password, await nobodysHash(deps));
    const right: PlacedAccount[] = [];
    for (const candidate of candidates) {
      if (await isPasswordOf(candidate.deps, candidate.account, password)) right.push(candidate);
    }
    if (right.length > 0) return await admitFirst(right, attempt);
    // Only now: who has an address in two organizations is not locked out of one by signing in to the other.
    for (const candidate of candidates) await countFailure(candidate.deps, candidate.account, request);
    throw failed();
  });
}

async function isPasswordOf(deps: AccountDeps, { passwordHash }: Account, password: string): Promise<boolean> {
  const isRight = await verifyPassword(password, passwordHash ?? (await nobodysHash(deps)));
  return isRight && passwordHash !== null;
}

/** A hash for each cost, compared where an account has no password, so that the answer takes as long. */
const nobodysHashes = new Map<PasswordCost, Promise<string>>();
function nobodysHash({ passwordCost: cost = productionPasswordCost }: AccountDeps): Promise<string> {
  const hash = nobodysHashes.get(cost) ?? hashPassword('the password of no account', cost);
  nobodysHashes.set(cost, hash);
  return hash;
}

function failed(): AppError {
  return new AppError(
    'signInFailed',
    'The name and the password do not belong together, or the account cannot be used now. After too many attempts it is locked for a while.',
  );
}

/** The first account that may come in; the refusal of the first one where none may. */
async function admitFirst([first, ...others]: readonly PlacedAccount[], attempt: SignInRequest): Promise<SignedIn> {
  if (first === undefined) throw failed();
  try {
    return await admit(first, attempt);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const other of others) {
      const signedIn = await admit(other, attempt).catch(() => undefined);
      if (signedIn !== undefined) return signedIn;
    }
    throw error;
  }
}

type Admission =
  | { readonly signedIn: SignedIn }
  | { readonly hindrance: Hindrance }
  | { readonly code: 'missing' | 'wrong' };

/** The password was right: what else speaks for or against the account. */
async function admit({ account, deps }: PlacedAccount, attempt: SignInRequest): Promise<SignedIn> {
  const { request } = attempt;
  const admission = await inTransaction(deps.database, (transaction) => decide(deps, transaction, account, attempt));
  if ('signedIn' in admission) return admission.signedIn;
  if ('hindrance' in admission) {
    const { hindrance } = admission;
    await recordAttempt(deps, deps.database, account, request, hindranceTexts[hindrance]);
    // Whoever tries passwords learns nothing of the other reasons; this one the owner has to know.
    throw hindrance === 'expired' ? expired() : failed();
  }
  if (admission.code === 'missing') {
    throw new AppError('secondFactor', 'Send the code of the authenticator app as totp.', { attribute: 'totp' });
  }
  await countFailure(deps, account, request);
  throw wrongCode();
}

async function decide(
  deps: AccountDeps,
  transaction: Database,
  before: Account,
  { totp = '', request }: SignInRequest,
): Promise<Admission> {
  const account = await lockAccount(transaction, before);
  const settings = await findSettings(transaction, account.organizationId);
  const hindrance = hindranceOf(deps, account, settings);
  if (hindrance !== undefined) return { hindrance };
  // It was changed while it was compared.
  if (account.passwordHash !== before.passwordHash) throw failed();
  const isProtected = hasTotp(account);
  if (isProtected && totp === '') return { code: 'missing' };
  if (isProtected && !(await useCode(deps, transaction, account, totp))) return { code: 'wrong' };
  const methods = isProtected ? ['pwd', 'otp', 'mfa'] : ['pwd'];
  return { signedIn: await openSession(deps, transaction, account, { settings, request, methods }) };
}

const hindranceTexts: Readonly<Record<Hindrance, string>> = {
  locked: 'the account is locked',
  suspended: 'the account is suspended',
  staged: 'the account is not activated yet',
  expired: 'the password has expired',
};

function expired(): AppError {
  return new AppError(
    'passwordExpired',
    'Your password has expired. Set a new one by the link in the mail that was sent to you, or ask for another link: "Forgot password".',
  );
}

/** Whoever changes how they sign in shows again that it is them. Throws signInFailed (401); the lockout counts that. */
export async function confirmPassword(
  deps: AccountDeps,
  account: Account,
  request: RequestOrigin,
  { password, attribute }: { readonly password: string; readonly attribute: string },
): Promise<void> {
  const settings = await findSettings(deps.database, account.organizationId);
  const isRight = await isPasswordOf(deps, account, password);
  if (isRight && hindranceOf(deps, account, settings) !== 'locked') return;
  await countFailure(deps, account, request);
  throw new AppError('signInFailed', 'The password is wrong, or the account is locked.', { attribute });
}
