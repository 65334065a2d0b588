import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import { hashApiKey } from '#admins/api-key.ts';
import { recordEvent } from '#audit/event-store.ts';
import type { Origin, RequestOrigin } from '#audit/event-types.ts';
import { AppError } from '#base/errors.ts';
import { inTransaction, scopeTo, type Database } from '#database/database.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { findAccount, targetOfAccount, type Account, type AccountDeps, type AccountKind } from './account.ts';
import { findOneTimeToken, insertOneTimeToken, useOneTimeToken, type TokenPurpose } from './one-time-token-store.ts';
import { findPasskey, insertPasskey, listPasskeys, updatePasskeyUse } from './passkey-store.ts';
import { openSession, whyNot, type SignedIn } from './sign-in.ts';

/** Passkeys of one account. */
export const PASSKEYS_MAX = 20;
const CHALLENGE_MS = 5 * 60_000;
const STATE_BYTES = 32;

/** Where the pages are: what an authenticator binds a passkey to. */
function relyingParty({ publicUrl }: AccountDeps) {
  const url = new URL(publicUrl());
  return { rpID: url.hostname, expectedOrigin: url.origin };
}

/** Begins to add a passkey: `options` are for the browser, `state` is sent back with what it answers. */
export async function startPasskey(deps: AccountDeps, account: Account) {
  const column = account.kind === 'user' ? 'user_id' : 'administrator_id';
  const present = await listPasskeys(deps.database, column, account.id);
  if (present.length >= PASSKEYS_MAX)
    throw new AppError('conflict', `An account has at most ${PASSKEYS_MAX} passkeys.`);
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
  const state = await keepChallenge(deps, deps.database, 'passkey_registration', account, options.challenge);
  return { options, state };
}

/** Adds the passkey that the browser made. Throws invalidValue (400) and tokenUsed (400). */
export async function finishPasskey(
  deps: AccountDeps,
  origin: Origin,
  account: Account,
  sent: { readonly state: string; readonly name: string; readonly response: unknown },
): Promise<string> {
  const challenge = await takeChallenge(deps, deps.database, 'passkey_registration', sent.state);
  const { rpID, expectedOrigin } = relyingParty(deps);
  const verified = await verifyRegistrationResponse({
    response: sent.response as RegistrationResponseJSON,
    expectedChallenge: challenge.challenge,
    expectedOrigin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch((error: unknown) => {
    throw notVerified(error);
  });
  if (!verified.verified || challenge.accountId !== account.id) throw notVerified(undefined);
  const { credential } = verified.registrationInfo;
  return await inTransaction(deps.database, async (transaction) => {
    const id = await insertPasskey(transaction, deps.clock, {
      organizationId: account.organizationId,
      userId: account.kind === 'user' ? account.id : null,
      administratorId: account.kind === 'administrator' ? account.id : null,
      name: sent.name,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: credential.transports ?? [],
    });
    await recordEvent(transaction, deps.clock, origin, {
      type: account.kind === 'user' ? 'passkey_create' : 'admin_passkey_create',
      target: targetOfAccount(account),
      changes: [{ field: 'passkeys', from: null, to: sent.name }],
    });
    return id;
  });
}

/** Begins to sign in with a passkey, whoever it is. */
export async function startPasskeySignIn(deps: AccountDeps) {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(deps).rpID,
    userVerification: 'required',
  });
  const state = deps.secrets.seal(
    JSON.stringify({ challenge: options.challenge, until: deps.clock.now().getTime() + CHALLENGE_MS }),
  );
  return { options, state };
}

/**
 * Signs in whoever has the passkey: possession and the check of the person by the authenticator are two factors. Throws
 * signInFailed (401).
 */
export async function finishPasskeySignIn(
  deps: AccountDeps,
  databases: readonly Database[],
  kind: AccountKind,
  request: RequestOrigin,
  sent: { readonly state: string; readonly response: unknown },
): Promise<SignedIn> {
  const challenge = openState(deps, sent.state);
  const response = sent.response as AuthenticationResponseJSON;
  for (const database of databases) {
    const passkey = await findPasskey(database, String(response.id));
    const accountId = kind === 'user' ? passkey?.userId : passkey?.administratorId;
    if (passkey === undefined || accountId === null || accountId === undefined) continue;
    const inside = { ...deps, database: scopeTo(database, passkey.organizationId) };
    const { rpID, expectedOrigin } = relyingParty(deps);
    const verified = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
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
    const account = await findAccount(inside.database, passkey.organizationId, kind, accountId);
    if (!verified.verified || account === undefined) break;
    const settings = await findSettings(inside.database, account.organizationId);
    if (whyNot(inside, account, settings) !== undefined) break;
    return await inTransaction(inside.database, async (transaction) => {
      await updatePasskeyUse(transaction, passkey.id, verified.authenticationInfo.newCounter, deps.clock.now());
      return await openSession(inside, transaction, account, { settings, request, methods: ['hwk', 'user', 'mfa'] });
    });
  }
  throw new AppError('signInFailed', 'The passkey is not known here, or its account cannot be used now.');
}

/** A challenge of a sign-in belongs to nobody yet: whoever has it sealed may answer it, for some minutes. */
function openState(deps: AccountDeps, state: string): string {
  try {
    const { challenge, until }: { challenge: string; until: number } = JSON.parse(deps.secrets.open(state));
    if (until > deps.clock.now().getTime()) return challenge;
  } catch (error) {
    throw notVerified(error);
  }
  throw new AppError('tokenUsed', 'The sign-in took too long: begin anew.');
}

async function keepChallenge(
  deps: AccountDeps,
  database: Database,
  purpose: TokenPurpose,
  account: Account,
  challenge: string,
): Promise<string> {
  const state = randomBytes(STATE_BYTES).toString('base64url');
  await insertOneTimeToken(database, deps.clock, {
    organizationId: account.organizationId,
    purpose,
    userId: account.kind === 'user' ? account.id : null,
    administratorId: account.kind === 'administrator' ? account.id : null,
    hash: hashApiKey(state),
    data: challenge,
    expiresAt: new Date(deps.clock.now().getTime() + CHALLENGE_MS),
  });
  return state;
}

async function takeChallenge(deps: AccountDeps, database: Database, purpose: TokenPurpose, state: string) {
  const now = deps.clock.now();
  const token = await findOneTimeToken(database, hashApiKey(state), now);
  if (token?.purpose !== purpose || token.data === null || !(await useOneTimeToken(database, token.id, now))) {
    throw new AppError('tokenUsed', 'This took too long, or was answered before: begin anew.');
  }
  return { challenge: token.data, accountId: token.userId ?? token.administratorId };
}

function notVerified(cause: unknown): AppError {
  const reason = cause instanceof Error ? ` ${cause.message}.` : '';
  return new AppError('signInFailed', `The passkey could not be verified.${reason}`, { cause });
}
