import { AppError, quote } from '#base/errors.ts';
import { findIntegration } from '#integrations/integration-store.ts';
import { findSettings } from '#organizations/organization-store.ts';
import { diff } from '#scim/resource/diff.ts';
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
  return await changeOwnUser(deps, caller, id, replacing(submitted));
}

/** PATCH by the user itself (RFC 7644 §3.11): the password may be new, everything else must stay as it is. */
export async function patchOwnUser(deps: DirectoryDeps, caller: Caller, id: string, patch: Patch): Promise<StoredUser> {
  return await changeOwnUser(deps, caller, id, patching(deps, patch));
}

/** Throws attributeOwned (403). What is then carried out changes the password alone, whatever was sent. */
async function changeOwnUser(deps: DirectoryDeps, caller: Caller, id: string, change: Change): Promise<StoredUser> {
  const { organizationId } = caller.origin;
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
  const transformed = change.transform(before.document);
  validateResource(deps.schemas.User, transformed);
  const { document, active = isActive(before) } = splitDocument(transformed);
  const wanted = await resolveManager(deps.database, before.organizationId, document, before.document);
  const [first] = diff({ ...before.document, active: isActive(before) }, { ...wanted, active });
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
