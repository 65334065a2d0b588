import type { RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { hashPassword, productionPasswordCost, verifyPassword, type PasswordCost } from '#directory/password-hash.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { lockAccount, type Account, type AccountDeps, type AccountKind } from './account.ts';
import { findPlacedAccounts, type AnonymousDeps, type PlacedAccount } from './account-places.ts';
import type { AttemptClient, Attempts } from './attempts.ts';
import { signInBlockOf, openSession, type SignInBlock, type SignedIn } from './account-session.ts';
import { withMinimumRefusalTime } from './minimum-response-time.ts';
import type { KnownDevice } from './known-devices.ts';
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
  /** Who tries, where it is not a device that is known to the account. */
  readonly client: AttemptClient;
  readonly device?: KnownDevice | undefined;
}

/** Accounts whose passwords are compared together, and by which client their failures are counted. */
interface Candidates {
  readonly client: AttemptClient;
  readonly placed: readonly PlacedAccount[];
}

/**
 * Signs an account in by password, and by a code of its authenticator app if it has one. Throws signInFailed (401) with the
 * same words and no sooner whether the account exists or not, tooManyAttempts (429) likewise; to a caller that knows the
 * password, passwordExpired (401) and secondFactor (401).
 */
export async function signIn(deps: AnonymousDeps, attempts: Attempts, attempt: SignInRequest): Promise<SignedIn> {
  return await withMinimumRefusalTime(deps.minimumResponseTime, async () => {
    const { kind, login, organizationId, client, device } = attempt;
    const placed = (await findPlacedAccounts(deps, kind, login)).filter(
      ({ account }) => organizationId === undefined || account.organizationId === organizationId,
    );
    const isKnown = ({ account }: PlacedAccount) => device?.accountIds.includes(account.id) === true;
    const known = placed.filter(isKnown);
    const unknown = placed.filter((one) => !isKnown(one));
    if (device === undefined || known.length === 0) {
      return await signInAmong(deps, attempts, { client, placed: unknown }, attempt);
    }
    // A device counts for the accounts that signed in on it alone: an account of the same name elsewhere would otherwise
    // give its owner as many attempts as there are devices.
    const ofDevice: Candidates = { client: { kind: 'device', id: device.id }, placed: known };
    if (unknown.length === 0) return await signInAmong(deps, attempts, ofDevice, attempt);
    try {
      return await signInAmong(deps, attempts, ofDevice, attempt);
    } catch (error) {
      if (!(error instanceof AppError) || !['signInFailed', 'tooManyAttempts'].includes(error.code)) throw error;
      return await signInAmong(deps, attempts, { client, placed: unknown }, attempt);
    }
  });
}

/** Counts the attempt before any password is compared: attempts that come at once do not get around the limit. */
async function signInAmong(
  deps: AnonymousDeps,
  attempts: Attempts,
  candidates: Candidates,
  attempt: SignInRequest,
): Promise<SignedIn> {
  const { kind, login, organizationId = '', password, request } = attempt;
  const { client, placed } = candidates;
  // An organization that is named has a count of its own, which a sign-in to another one does not clear.
  const counted = await attempts.begin('signIn', client, `${kind} ${login} ${organizationId}`);
  const right: PlacedAccount[] = [];
  // As much work for a name that no account has.
  if (placed.length === 0) await verifyPassword(password, await unusedHash(deps));
  for (const candidate of placed) {
    if (await isPasswordOf(candidate.deps, candidate.account, password)) right.push(candidate);
  }
  // A password that is right for one account only does not clear the failures: a caller with an account in an organization of
  // its own could otherwise guess the password of another account that has the same address.
  const proven = right.length === placed.length ? counted.succeed : counted.cancel;
  try {
    if (right.length === 0) throw failed(kind);
    const signedIn = await admitFirst(attempts, right, candidates, attempt);
    await proven();
    return signedIn;
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'internal';
    if (provesPassword.has(code)) await proven();
    else await (code === 'signInFailed' ? counted.fail() : counted.cancel());
    // Only now: an address that has accounts in two organizations is not locked in one by signing in to the other.
    if (right.length === 0) {
      for (const { deps, account } of placed) await countFailure(deps, account, request, counted.refusedUntil);
    }
    throw error;
  }
}

/** Refusals that a caller gets for a right password alone. */
const provesPassword: ReadonlySet<string> = new Set(['passwordExpired', 'secondFactor', 'tooManyAttempts']);

async function isPasswordOf(deps: AccountDeps, { passwordHash }: Account, password: string): Promise<boolean> {
  const isRight = await verifyPassword(password, passwordHash ?? (await unusedHash(deps)));
  return isRight && passwordHash !== null;
}

/** A hash for each cost, compared where an account has no password, so that the answer takes as long. */
const unusedHashes = new Map<PasswordCost, Promise<string>>();
function unusedHash({
  passwordCost: cost = productionPasswordCost,
}: Pick<AccountDeps, 'passwordCost'>): Promise<string> {
  const hash = unusedHashes.get(cost) ?? hashPassword('the password of no account', cost);
  unusedHashes.set(cost, hash);
  return hash;
}

/** The same words for every name: an address that several users of an organization share opens none of their accounts. */
function failed(kind: AccountKind): AppError {
  const shared = kind === 'user' ? ' If several users share an e-mail address, sign in with the username.' : '';
  return new AppError(
    'signInFailed',
    `The name and the password do not belong together, or the account cannot be used now.${shared} After too many failed attempts, wait before the next one.`,
  );
}

/** The first account that may come in; the refusal of the first one where none may. */
async function admitFirst(
  attempts: Attempts,
  [first, ...others]: readonly PlacedAccount[],
  { client }: Candidates,
  attempt: SignInRequest,
): Promise<SignedIn> {
  if (first === undefined) throw failed(attempt.kind);
  try {
    return await admit(attempts, first, client, attempt);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    for (const other of others) {
      const signedIn = await admit(attempts, other, client, attempt).catch(() => undefined);
      if (signedIn !== undefined) return signedIn;
    }
    throw error;
  }
}

type Admission =
  | { readonly signedIn: SignedIn }
  | { readonly hindrance: SignInBlock }
  | { readonly code: 'missing' | 'wrong' };

/** The password was right: what else speaks for or against the account. */
async function admit(
  attempts: Attempts,
  { account, deps }: PlacedAccount,
  client: AttemptClient,
  attempt: SignInRequest,
): Promise<SignedIn> {
  const { request } = attempt;
  // Six digits can be guessed from many networks, but only by a caller that knows the password: all that are not a known
  // device are counted together.
  const tries = hasTotp(account) && (attempt.totp ?? '') !== '';
  const counter: AttemptClient = client.kind === 'device' ? client : { kind: 'any', id: '' };
  const counted = tries ? await attempts.begin('secondFactor', counter, account.id) : undefined;
  const admission = await inTransaction(deps.database, (transaction) => decide(deps, transaction, account, attempt));
  if ('signedIn' in admission) {
    await counted?.succeed();
    return admission.signedIn;
  }
  if ('hindrance' in admission) {
    const { hindrance } = admission;
    await counted?.cancel();
    await recordAttempt(deps, deps.database, account, request, hindranceTexts[hindrance]);
    // A caller that tries passwords does not learn the other reasons; this one the owner has to know.
    throw hindrance === 'expired' ? expired() : failed(account.kind);
  }
  if (admission.code === 'missing') {
    throw new AppError('secondFactor', 'Send the code of the authenticator app as totp.', { attribute: 'totp' });
  }
  await countFailure(deps, account, request, counted?.refusedUntil);
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
  const hindrance = signInBlockOf(deps, account, settings);
  if (hindrance !== undefined) return { hindrance };
  // It was changed while it was compared.
  if (account.passwordHash !== before.passwordHash) throw failed(account.kind);
  const isProtected = hasTotp(account);
  if (isProtected && totp === '') return { code: 'missing' };
  if (isProtected && !(await useCode(deps, transaction, account, totp))) return { code: 'wrong' };
  const methods = isProtected ? ['pwd', 'otp', 'mfa'] : ['pwd'];
  return { signedIn: await openSession(deps, transaction, account, { request, methods }) };
}

const hindranceTexts: Readonly<Record<SignInBlock, string>> = {
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
  if (isRight && signInBlockOf(deps, account, settings) !== 'locked') return;
  await countFailure(deps, account, request);
  throw new AppError('signInFailed', 'The password is wrong, or the account is locked.', { attribute });
}
