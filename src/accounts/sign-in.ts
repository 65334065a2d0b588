import type { RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
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
  /** Selects an organization if the address has accounts in several. */
  readonly organizationId?: string | undefined;
  readonly request: RequestOrigin;
  /** The client that failures are counted for, unless `device` is known to the account. */
  readonly client: AttemptClient;
  readonly device?: KnownDevice | undefined;
}

/** Accounts whose passwords are compared together, and the client that their failures are counted for. */
interface Candidates {
  readonly client: AttemptClient;
  readonly placed: readonly PlacedAccount[];
}

/**
 * Signs an account in with its password, and with a code of its authenticator app if it has one. Throws `signInFailed` (401) and
 * `tooManyAttempts` (429), with the same text and after the same time whether or not the account exists. Throws `passwordExpired`
 * (401) and `secondFactor` (401) only if the password is right.
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
      return await signInOneOf(deps, attempts, { client, placed: unknown }, attempt);
    }
    // A device counts only for the accounts that signed in on it. Otherwise the owner of an account with the same name in another
    // organization would get a separate set of attempts for each device.
    const ofDevice: Candidates = { client: { kind: 'device', id: device.id }, placed: known };
    if (unknown.length === 0) return await signInOneOf(deps, attempts, ofDevice, attempt);
    try {
      return await signInOneOf(deps, attempts, ofDevice, attempt);
    } catch (error) {
      if (!(error instanceof AppError) || !['signInFailed', 'tooManyAttempts'].includes(error.code)) throw error;
      return await signInOneOf(deps, attempts, { client, placed: unknown }, attempt);
    }
  });
}

/** Signs in one of the candidates. Counts the attempt before comparing passwords, so that concurrent attempts cannot exceed the limit. */
async function signInOneOf(
  deps: AnonymousDeps,
  attempts: Attempts,
  candidates: Candidates,
  attempt: SignInRequest,
): Promise<SignedIn> {
  const { kind, login, organizationId = '', password, request } = attempt;
  const { client, placed } = candidates;
  // Each organization that an attempt names has a separate count, which a sign-in to another organization does not clear.
  const counted = await attempts.begin('signIn', client, `${kind} ${login} ${organizationId}`);
  const right: PlacedAccount[] = [];
  // If no account has this name, checks a dummy hash, so that the response takes as long as for an existing account.
  if (placed.length === 0) await isPasswordOf(deps, undefined, password);
  for (const candidate of placed) {
    if (await isPasswordOf(candidate.deps, candidate.account, password)) right.push(candidate);
  }
  // A password that is right for only some of the accounts does not clear the failures. Otherwise a caller with an account in its
  // own organization could guess the password of another account that has the same address.
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
    // Failures are counted only if no password was right: with accounts in two organizations, signing in to one does not lock the other.
    if (right.length === 0) {
      for (const { deps, account } of placed) await countFailure(deps, account, request, counted.refusedUntil);
    }
    throw error;
  }
}

/** Codes of errors that only a caller with the right password gets. */
const provesPassword: ReadonlySet<string> = new Set(['passwordExpired', 'secondFactor', 'tooManyAttempts']);

/**
 * True if a password is that of an account. Takes as long for an account without a password, and for no account.
 */
export async function isPasswordOf(
  deps: Pick<AccountDeps, 'passwordCost'>,
  account: Pick<Account, 'passwordHash'> | undefined,
  password: string,
): Promise<boolean> {
  const passwordHash = account?.passwordHash ?? null;
  const isRight = await verifyPassword(password, passwordHash ?? (await dummyHash(deps)));
  return isRight && passwordHash !== null;
}

/**
 * Dummy hashes by cost. A password is compared with one of them if there is no account or the account has no password, so that the
 * response takes as long.
 */
const dummyHashes = new Map<PasswordCost, Promise<string>>();
function dummyHash({
  passwordCost: cost = productionPasswordCost,
}: Pick<AccountDeps, 'passwordCost'>): Promise<string> {
  const hash = dummyHashes.get(cost) ?? hashPassword('the password of no account', cost);
  dummyHashes.set(cost, hash);
  return hash;
}

/** Returns the same error for every name. An address that several users of an organization share cannot be used to sign in. */
function failed(kind: AccountKind): AppError {
  return new TranslatedError('signInFailed', ({ signInFailed }) => signInFailed(kind === 'user'));
}

/** Signs in the first account that is allowed to sign in. If none is, throws the error for the first account in the list. */
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
  | { readonly block: SignInBlock }
  | { readonly code: 'missing' | 'wrong' };

/** Checks everything else about an account whose password was right, and signs it in. */
async function admit(
  attempts: Attempts,
  { account, deps }: PlacedAccount,
  client: AttemptClient,
  attempt: SignInRequest,
): Promise<SignedIn> {
  const { request } = attempt;
  // Six digits can be guessed from many networks, but only by callers that know the password. All clients that are not known
  // devices are therefore counted together.
  const hasCode = hasTotp(account) && (attempt.totp ?? '') !== '';
  const counter: AttemptClient = client.kind === 'device' ? client : { kind: 'any', id: '' };
  const counted = hasCode ? await attempts.begin('secondFactor', counter, account.id) : undefined;
  const admission = await inTransaction(deps.database, (transaction) => decide(deps, transaction, account, attempt));
  if ('signedIn' in admission) {
    await counted?.succeed();
    return admission.signedIn;
  }
  if ('block' in admission) {
    const { block } = admission;
    await counted?.cancel();
    await recordAttempt(deps, deps.database, account, request, blockTexts[block]);
    // Callers that try passwords must not learn the reason. Only an expired password is reported, since the owner has to replace it.
    throw block === 'expired' ? expired() : failed(account.kind);
  }
  if (admission.code === 'missing') {
    throw new TranslatedError('secondFactor', ({ codeMissing }) => codeMissing, { attribute: 'totp' });
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
  const block = signInBlockOf(deps, account, settings);
  if (block !== undefined) return { block };
  // The password was changed while it was being compared.
  if (account.passwordHash !== before.passwordHash) throw failed(account.kind);
  const isProtected = hasTotp(account);
  if (isProtected && totp === '') return { code: 'missing' };
  if (isProtected && !(await useCode(deps, transaction, account, totp))) return { code: 'wrong' };
  const methods = isProtected ? ['pwd', 'otp', 'mfa'] : ['pwd'];
  return { signedIn: await openSession(deps, transaction, account, { request, methods }) };
}

const blockTexts: Readonly<Record<SignInBlock, string>> = {
  locked: 'the account is locked',
  suspended: 'the account is suspended',
  staged: 'the account is not activated yet',
  expired: 'the password has expired',
};

function expired(): AppError {
  return new TranslatedError('passwordExpired', ({ passwordExpired }) => passwordExpired);
}

/** Requires the password again before an account changes how it signs in. Throws `signInFailed` (401), which counts toward the lockout. */
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
  throw new TranslatedError('signInFailed', ({ wrongPassword }) => wrongPassword, { attribute });
}
