import { AppError, quote } from '#base/errors.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { diff } from '#scim/resource/diff.ts';
import { withoutSecrets } from '#scim/resource/secret-values.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { resolveManager } from './managers.ts';
import { verifyPassword } from './password-hash.ts';
import { requireRequested, type ExpectedVersion } from './requested.ts';
import { isActive, type Caller, type DirectoryDeps, type StoredUser, type Submitted } from './stored.ts';
import { requireOldEnough, requireUnmanaged, requireUnused } from './user-password.ts';
import { findPasswordHash, findUser } from './user-store.ts';
import { changeUser, patchChange, putChange, splitDocument, type Change, type Patch } from './users.ts';

/**
 * Handles a PUT by which a user replaces itself at /Me (RFC 7644 §3.11): only the password may change. Throws `attributeOwned` (403) if
 * any other attribute would change, `passwordConfirmation` (403) for a new password in a session, and `passwordPolicy` (400).
 */
export async function replaceOwnUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  submitted: Submitted & ExpectedVersion,
): Promise<StoredUser> {
  return await changeOwnUser(deps, caller, id, putChange(deps, id, submitted));
}

/** Handles a PATCH by which a user changes itself at /Me: only the password may change. Throws the same errors as `replaceOwnUser`. */
export async function patchOwnUser(deps: DirectoryDeps, caller: Caller, id: string, patch: Patch): Promise<StoredUser> {
  return await changeOwnUser(deps, caller, id, patchChange(deps, id, patch));
}

/** Checks the whole request, and then changes only the password. Throws `attributeOwned` (403) if any other attribute would change. */
async function changeOwnUser(deps: DirectoryDeps, caller: Caller, id: string, change: Change): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  refuseSession(caller, change.password);
  const before = requireRequested('user', id, await findUser(deps.database, organizationId, id), change);
  await requireUnchanged(deps, before, change);
  await requireOwnPassword(deps, before, change.password);
  // The rule `update` limits the integration, not the user.
  const owner = { ...caller, rules: { ...caller.rules, update: true } };
  return await changeUser(deps, owner, id, {
    ...change,
    transform: (document) => document,
    unqualified: (names) => names,
  });
}

/**
 * Throws `passwordConfirmation` (403) if a session would change the password. A session changes the password in the portal, which
 * requires the current password and a code; SCIM has no fields for them.
 */
function refuseSession({ origin }: Caller, password: string | undefined): void {
  if (password === undefined || origin.request?.authMethod !== 'session') return;
  throw new AppError(
    'passwordConfirmation',
    'A session cannot change the password at /Me, because SCIM has no field for the current password. Change it in the portal: PUT /api/portal/password.',
    { attribute: 'password' },
  );
}

/** Applies the rules for users who change their own password. These rules do not apply to administrators and integrations. */
async function requireOwnPassword(deps: DirectoryDeps, before: StoredUser, password: string | undefined) {
  if (password === undefined) return;
  const settings = await findSettings(deps.database, before.organizationId);
  requireUnmanaged(before, settings);
  const current = await findPasswordHash(deps.database, before.organizationId, before.id);
  // Sending the current password again changes nothing.
  if (current !== null && (await verifyPassword(password, current))) return;
  await requireOldEnough(deps, before, settings);
  await requireUnused(deps, before, settings, password);
}

async function requireUnchanged(deps: DirectoryDeps, before: StoredUser, change: Change): Promise<void> {
  // A client cannot send back values that are never returned. Without a new value, the stored value stays; a new value is a change.
  const shown = withoutSecrets(deps.schemas.User, before.document);
  const transformed = change.transform(shown);
  validateResource(deps.schemas.User, transformed);
  const { document, active = isActive(before) } = splitDocument(transformed);
  const wanted = await resolveManager(deps.database, before.organizationId, document, before.document);
  const [first] = diff({ ...shown, active: isActive(before) }, { ...wanted, active });
  if (first === undefined) return;
  throw new AppError(
    'attributeOwned',
    `${first.field} belongs to ${await ownerOf(deps, before)} and is changed there. At /Me, a user can change only the password.`,
    { attribute: first.field },
  );
}

async function ownerOf({ database }: DirectoryDeps, { organizationId, integrationId }: StoredUser): Promise<string> {
  if (integrationId === null) return 'the administrators of the directory';
  const integration = await findIntegration(database, organizationId, integrationId);
  return `the integration ${quote(integration?.name)}`;
}
