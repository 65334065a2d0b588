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
import { changeUser, patching, replacing, splitDocument, type Change, type Patch } from './users.ts';

/** PUT by the user itself (RFC 7644 §3.11): the password may be new, everything else must be as it is. */
export async function replaceOwnUser(
  deps: DirectoryDeps,
  caller: Caller,
  id: string,
  submitted: Submitted & ExpectedVersion,
): Promise<StoredUser> {
  return await changeOwnUser(deps, caller, id, replacing(deps, id, submitted));
}

/** PATCH by the user itself (RFC 7644 §3.11): the password may be new, everything else must stay as it is. */
export async function patchOwnUser(deps: DirectoryDeps, caller: Caller, id: string, patch: Patch): Promise<StoredUser> {
  return await changeOwnUser(deps, caller, id, patching(deps, id, patch));
}

/** Throws attributeOwned (403). What is then carried out changes the password alone, whatever was sent. */
async function changeOwnUser(deps: DirectoryDeps, caller: Caller, id: string, change: Change): Promise<StoredUser> {
  const { organizationId } = caller.origin;
  refuseSession(caller, change.password);
  const before = requireRequested('user', id, await findUser(deps.database, organizationId, id), change);
  await requireUnchanged(deps, before, change);
  await requireOwnPassword(deps, before, change.password);
  // The rule says what the integration may change, not what the user may.
  const owner = { ...caller, rules: { ...caller.rules, update: true } };
  return await changeUser(deps, owner, id, {
    ...change,
    transform: (document) => document,
    unqualified: (names) => names,
  });
}

/**
 * A session changes the password where the present one, and a code, are asked for: SCIM has no field for them. Throws
 * passwordConfirmation (403).
 */
function refuseSession({ origin }: Caller, password: string | undefined): void {
  if (password === undefined || origin.request?.authMethod !== 'session') return;
  throw new AppError(
    'passwordConfirmation',
    'A session does not change the password at /Me, where SCIM has no field for the present one. Change it in the portal: PUT /api/portal/password.',
    { attribute: 'password' },
  );
}

/** What holds for users and not for those who set passwords for them: administrators and sources. */
async function requireOwnPassword(deps: DirectoryDeps, before: StoredUser, password: string | undefined) {
  if (password === undefined) return;
  const settings = await findSettings(deps.database, before.organizationId);
  requireUnmanaged(before, settings);
  const current = await findPasswordHash(deps.database, before.organizationId, before.id);
  // To send the password that there is changes nothing.
  if (current !== null && (await verifyPassword(password, current))) return;
  await requireOldEnough(deps, before, settings);
  await requireUnused(deps, before, settings, password);
}

async function requireUnchanged(deps: DirectoryDeps, before: StoredUser, change: Change): Promise<void> {
  // A user cannot send what is never returned: it stays, and a value that is sent for it is a change.
  const shown = withoutSecrets(deps.schemas.User, before.document);
  const transformed = change.transform(shown);
  validateResource(deps.schemas.User, transformed);
  const { document, active = isActive(before) } = splitDocument(transformed);
  const wanted = await resolveManager(deps.database, before.organizationId, document, before.document);
  const [first] = diff({ ...shown, active: isActive(before) }, { ...wanted, active });
  if (first === undefined) return;
  throw new AppError(
    'attributeOwned',
    `${first.field} belongs to ${await ownerOf(deps, before)}, and is changed there. At /Me a user can change the password, and nothing else.`,
    { attribute: first.field },
  );
}

async function ownerOf({ database }: DirectoryDeps, { organizationId, integrationId }: StoredUser): Promise<string> {
  if (integrationId === null) return 'the administrators of the directory';
  const integration = await findIntegration(database, organizationId, integrationId);
  return `the integration ${quote(integration?.name)}`;
}
