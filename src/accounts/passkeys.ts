import { z } from 'zod';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import { hashApiKey } from '#admins/api-key.ts';
import { findOneTimeToken, insertOneTimeToken, useOneTimeToken } from '#admins/one-time-token-store.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { type AppError, quote } from '#base/errors.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { storedJson } from '#base/stored-json.ts';
import { TranslatedError } from '#base/translated-error.ts';
import {
  findAccount,
  lockAccount,
  ownerColumn,
  targetOfAccount,
  type Account,
  type AccountDeps,
  type AccountKind,
  namedOrigin,
} from './account.ts';
import { findInServingDatabase, type AnonymousDeps } from './account-places.ts';
import { openUnlessBlocked, type SignedIn } from './account-session.ts';
import {
  deletePasskey,
  findPasskey,
  insertPasskey,
  listPasskeys,
  type Passkey,
  updatePasskeyName,
  updatePasskeyUse,
} from './passkey-store.ts';
import { handleFactorChange } from './account-notices.ts';
import { hasTotp, removeTotp } from './second-factor.ts';

/** The maximum number of passkeys of one account. */
export const PASSKEYS_MAX = 20;
const CHALLENGE_MS = 5 * 60_000;
const STATE_BYTES = 32;

/** Loads the library on first use: with its dependencies, it makes up a sixth of all modules of the server. */
const loadLibrary = async () => await import('@simplewebauthn/server');

/** Returns the host name and the origin of the pages. An authenticator binds a passkey to them. */
function relyingParty(deps: AccountDeps) {
  const url = new URL(namedOrigin(deps) ?? deps.publicUrl());
  return { rpID: url.hostname, expectedOrigin: url.origin };
}

/**
 * Starts the registration of a passkey. `options` are for navigator.credentials.create() in the browser. The browser sends `state`
 * back with its response, in the same session. Throws `conflict` (409) for an account that has PASSKEYS_MAX passkeys.
 */
export async function startPasskey(deps: AccountDeps, account: Account, sessionId: string) {
  const present = await requirePasskeyCapacity(deps.database, account);
  const { generateRegistrationOptions } = await loadLibrary();
  const options = await generateRegistrationOptions({
    rpName: 'Tanhua',
    rpID: relyingParty(deps).rpID,
    userName: account.email === '' ? account.login : account.email,
    userDisplayName: account.firstName,
    userID: new TextEncoder().encode(`${account.kind}:${account.id}`),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: present.map(({ credentialId }) => ({ id: credentialId })),
  });
  const state = randomBytes(STATE_BYTES).toString('base64url');
  await insertOneTimeToken(deps.database, deps.clock, {
    organizationId: account.organizationId,
    purpose: 'passkey_registration',
    ...ownerOf(account),
    hash: hashApiKey(state),
    data: JSON.stringify({ challenge: options.challenge, sessionId }),
    expiresAt: new Date(deps.clock.now().getTime() + CHALLENGE_MS),
  });
  return { options, state };
}

async function requirePasskeyCapacity(database: Database, { kind, id }: Account): Promise<readonly Passkey[]> {
  const present = await listPasskeys(database, ownerColumn(kind), id);
  if (present.length < PASSKEYS_MAX) return present;
  throw new TranslatedError('conflict', ({ passkeys }) => passkeys.tooMany(PASSKEYS_MAX));
}

function ownerOf({ kind, id }: Account) {
  return { userId: kind === 'user' ? id : null, administratorId: kind === 'administrator' ? id : null };
}

/**
 * Adds the passkey that the browser created, and returns its id. Throws `invalidValue` (400) for an invalid response, `tokenUsed`
 * (400) for a `state` that no longer works, and `conflict` (409) if the account already has the passkey or PASSKEYS_MAX passkeys.
 */
export async function finishPasskey(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  sent: { readonly state: string; readonly name: string; readonly response: unknown; readonly sessionId: string },
): Promise<string> {
  // The library is loaded first: if that fails, the challenge is not used up.
  const { verifyRegistrationResponse } = await loadLibrary();
  const challenge = await consumeRegistrationChallenge(deps, account, sent);
  const { rpID, expectedOrigin } = relyingParty(deps);
  const verified = await verifyRegistrationResponse({
    response: sent.response as RegistrationResponseJSON,
    expectedChallenge: challenge,
    expectedOrigin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw notRegistered(error);
  });
  if (!verified.verified) throw notRegistered(undefined);
  const { credential } = verified.registrationInfo;
  return await inTransaction(deps.database, async (transaction) => {
    await lockAccount(transaction, account);
    await requirePasskeyCapacity(transaction, account);
    const present = await findPasskey(transaction, credential.id);
    if (present !== undefined && (present.userId ?? present.administratorId) === account.id) {
      throw new TranslatedError('conflict', ({ passkeys }) => passkeys.present);
    }
    // WebAuthn level 3 §7.1 step 26. The error is the same as for an invalid passkey: the other account may be in any organization.
    if (present !== undefined) throw notRegistered(undefined);
    const id = await insertPasskey(transaction, deps.clock, {
      organizationId: account.organizationId,
      ...ownerOf(account),
      name: sent.name,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
    }).catch((error: unknown) => {
      // PostgreSQL hides rows of other organizations, but still refuses a credential that another organization has.
      throw violatedColumns(error) === undefined ? error : notRegistered(undefined);
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: account.kind === 'user' ? 'passkey_create' : 'admin_passkey_create',
      target: targetOfAccount(account),
      changes: [{ field: 'passkeys', from: null, to: sent.name }],
    });
    const { sessionId: keptSession } = sent;
    await handleFactorChange(deps, transaction, origin, account, { change: 'passkeyAdded', keptSession });
    return id;
  });
}

const readRegistration = storedJson('one_time_tokens.data', z.object({ challenge: z.string(), sessionId: z.string() }));

/** Returns the challenge that an account got in the same session, and uses it up. Throws `tokenUsed` (400) if it no longer works. */
async function consumeRegistrationChallenge(
  { database, clock }: AccountDeps,
  account: Account,
  { state, sessionId }: { readonly state: string; readonly sessionId: string },
): Promise<string> {
  const now = clock.now();
  const token = await findOneTimeToken(database, hashApiKey(state), now);
  const isOwn = (token?.userId ?? token?.administratorId) === account.id;
  // The purpose is checked first, since tokens for other purposes contain other data.
  if (token?.purpose === 'passkey_registration' && isOwn) {
    const begun = readRegistration(token.data ?? '');
    if (begun.sessionId === sessionId && (await useOneTimeToken(database, token.id, now))) return begun.challenge;
  }
  throw new TranslatedError('tokenUsed', ({ passkeys }) => passkeys.registrationEnded);
}

function notRegistered(cause: unknown): AppError {
  const reason = cause instanceof Error ? ` ${cause.message}.` : '';
  return new TranslatedError('invalidValue', ({ passkeys }) => passkeys.notVerified(reason), {
    attribute: 'response',
    cause,
  });
}

/** Renames a passkey of the caller's own account. Throws `notFound` (404). */
export async function renameOwnPasskey(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  passkey: { readonly id: string; readonly name: string },
): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const owner = { column: ownerColumn(account.kind), id: account.id };
    const before = await updatePasskeyName(transaction, owner, passkey);
    if (before === undefined)
      throw new TranslatedError('notFound', ({ passkeys }) => passkeys.unknown(quote(passkey.id)));
    if (before === passkey.name) return;
    await recordEvent(transaction, deps.clock, origin, {
      type: account.kind === 'user' ? 'passkey_update' : 'admin_passkey_update',
      target: targetOfAccount(account),
      changes: [{ field: 'name', from: before, to: passkey.name }],
    });
  });
}

/** Removes a passkey of the caller's own account, and ends its sessions except `keptSession`. Throws `notFound` (404). */
export async function removeOwnPasskey(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  { id, keptSession }: { readonly id: string; readonly keptSession: string },
): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    if (!(await deletePasskey(transaction, ownerColumn(account.kind), account.id, id))) {
      throw new TranslatedError('notFound', ({ passkeys }) => passkeys.unknown(quote(id)));
    }
    await recordEvent(transaction, deps.clock, origin, {
      type: account.kind === 'user' ? 'passkey_delete' : 'admin_passkey_delete',
      target: targetOfAccount(account),
    });
    await handleFactorChange(deps, transaction, origin, account, { change: 'passkeyRemoved', keptSession });
  });
}

/** Removes the authenticator app and all passkeys of an account whose owner has lost them, and notifies the owner. */
export async function removeFactors(deps: AccountDeps, origin: Origin, account: Account): Promise<void> {
  await inTransaction(deps.database, async (transaction) => {
    const passkeys = await listPasskeys(transaction, ownerColumn(account.kind), account.id);
    if (!hasTotp(account) && passkeys.length === 0) return;
    if (hasTotp(account)) await removeTotp(deps, transaction, origin, account);
    for (const { id } of passkeys) await deletePasskey(transaction, ownerColumn(account.kind), account.id, id);
    await handleFactorChange(deps, transaction, origin, account, { change: 'factorsRemoved' });
  });
}

/**
 * Starts a passkey sign-in for an account not yet known. `options` are for navigator.credentials.get(). The browser sends `state`
 * back with its response.
 */
export async function startPasskeySignIn(deps: AccountDeps) {
  const { generateAuthenticationOptions } = await loadLibrary();
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(deps).rpID,
    userVerification: 'required',
  });
  const until = deps.clock.now().getTime() + CHALLENGE_MS;
  const state = deps.secrets.seal(JSON.stringify({ challenge: options.challenge, until }));
  return { options, state };
}

/**
 * Signs in the owner of a passkey. This counts as two factors: possession of the passkey, and the authenticator's check of the
 * person. Throws `signInFailed` (401) and `tokenUsed` (400).
 */
export async function finishPasskeySignIn(
  deps: AnonymousDeps,
  kind: AccountKind,
  request: RequestOrigin,
  sent: { readonly state: string; readonly response: unknown },
): Promise<SignedIn> {
  const challenge = openState(deps, sent.state);
  const response = sent.response as AuthenticationResponseJSON;
  const place = await findInServingDatabase(deps, (database) => findPasskey(database, String(response.id)));
  const accountId = kind === 'user' ? place?.found.userId : place?.found.administratorId;
  if (place === undefined || accountId === null || accountId === undefined) throw unknownPasskey();
  const { found: passkey, deps: own } = place;
  const counter = await verifyResponse(deps, passkey, response, challenge.text);
  const before = await findAccount(own.database, passkey.organizationId, kind, accountId);
  if (before === undefined) throw unknownPasskey();
  const signedIn = await openUnlessBlocked(own, before, {
    request,
    methods: ['hwk', 'user', 'mfa'],
    use: (transaction, account) => consumeSignInChallenge(own, transaction, account, challenge),
    onOpened: (transaction) => updatePasskeyUse(transaction, passkey.id, counter, own.clock.now()),
  });
  if (signedIn === undefined) throw unknownPasskey();
  return signedIn;
}

function unknownPasskey(): AppError {
  return new TranslatedError('signInFailed', ({ passkeys }) => passkeys.notRegistered);
}

/** Verifies an authenticator's response, and returns its signature counter. Throws `signInFailed` (401). */
async function verifyResponse(
  deps: AccountDeps,
  passkey: Passkey,
  response: AuthenticationResponseJSON,
  expectedChallenge: string,
): Promise<number> {
  const { rpID, expectedOrigin } = relyingParty(deps);
  const { verifyAuthenticationResponse } = await loadLibrary();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin,
    expectedRPID: rpID,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.counter,
      transports: passkey.transports as AuthenticatorTransport[],
    },
  }).catch((error: unknown) => {
    throw notVerified(error);
  });
  if (!verified) throw notVerified(undefined);
  return authenticationInfo.newCounter;
}

interface Challenge {
  readonly text: string;
  readonly until: Date;
}

const signInState = z.object({ challenge: z.string(), until: z.number() });

/** Decrypts the challenge of a sign-in. A challenge belongs to no account: any browser that got it can respond until it expires. */
function openState(deps: AccountDeps, state: string): Challenge {
  let opened: z.output<typeof signInState>;
  try {
    opened = signInState.parse(JSON.parse(deps.secrets.open(state)));
  } catch (error) {
    throw notVerified(error);
  }
  if (opened.until > deps.clock.now().getTime()) return { text: opened.challenge, until: new Date(opened.until) };
  throw new TranslatedError('tokenUsed', ({ passkeys }) => passkeys.signInTooLate);
}

/** Marks a challenge as used, so that an intercepted response cannot be sent again. */
async function consumeSignInChallenge(
  { clock }: AccountDeps,
  transaction: Database,
  account: Account,
  { text, until }: Challenge,
): Promise<void> {
  const isFirst = await insertOneTimeToken(transaction, clock, {
    organizationId: account.organizationId,
    purpose: 'passkey_sign_in',
    ...ownerOf(account),
    hash: hashApiKey(text),
    data: null,
    expiresAt: until,
  });
  if (!isFirst) throw new TranslatedError('tokenUsed', ({ passkeys }) => passkeys.signInFinished);
}

function notVerified(cause: unknown): AppError {
  const reason = cause instanceof Error ? ` ${cause.message}.` : '';
  return new TranslatedError('signInFailed', ({ passkeys }) => passkeys.notVerified(reason), { cause });
}
