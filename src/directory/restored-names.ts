import { z } from 'zod';
import type { Origin } from '#audit/event-types.ts';
import { fold } from '#base/fold.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { readText } from './attribute-contract.ts';
import { directoryCaller } from './directory-caller.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { RELEASED } from './system-user.ts';
import { withSystemUser } from './system-user-change.ts';
import { EMPLOYEE_IDENTIFIER_LENGTH_MAX, TEXT_LENGTH_MAX, type SystemUserBody } from './system-user-fields.ts';
import { checkUserRules, derivedProperties } from './user-rules.ts';
import { findUsersByColumn } from './user-store.ts';
import { updateUser } from './user-write-store.ts';

const text = z.string().min(1).max(TEXT_LENGTH_MAX);

/** New values for attributes that must be unique, in case another user has taken the old values since the deletion. */
export const restoredNamesSchema = z.strictObject({
  username: text.optional(),
  email: text.optional(),
  employeeIdentifier: z.string().max(EMPLOYEE_IDENTIFIER_LENGTH_MAX).nullable().optional().meta({
    description: 'null removes the employee identifier.',
  }),
});
export type RestoredNames = z.output<typeof restoredNamesSchema>;

/** Gives new names to a user who is still deleted, and returns the changed user. Throws the errors of `checkUserRules` (400). */
export async function renameDeleted(
  deps: DirectoryDeps,
  transaction: Database,
  origin: Origin,
  before: StoredUser,
  names: RestoredNames,
): Promise<StoredUser> {
  const caller = directoryCaller(origin);
  const document = withSystemUser(before.document, names as SystemUserBody);
  validateResource(deps.schemas.User, document);
  checkUserRules(caller, document, before.document);
  const derived = derivedProperties(caller.rules, document);
  const isRenamed = readText(document, ['userName']) !== before.userName;
  return await updateUser(deps, transaction, before, {
    ...before,
    document,
    username: isRenamed ? derived.username : before.username,
    email: derived.email,
    properties: withReleased(before, names),
    passwordHash: undefined,
    at: deps.clock.now(),
  });
}

/** Marks the new names as released, so that the integration no longer owns these fields and cannot overwrite them. */
function withReleased({ integrationId, properties }: StoredUser, names: RestoredNames): StoredUser['properties'] {
  const already = properties[RELEASED];
  const released = new Set(Array.isArray(already) ? already.map(String) : []);
  for (const [name, value] of Object.entries(names)) if (value !== undefined) released.add(name);
  if (integrationId === null || released.size === 0) return properties;
  return { ...properties, [RELEASED]: [...released].toSorted() };
}

/** True if the user's email address now belongs to another user, who must not get emails about this user. */
export async function hasLostAddress(database: Database, { organizationId, id, email }: StoredUser): Promise<boolean> {
  if (email === null) return false;
  const owners = await findUsersByColumn(database, organizationId, 'email_key', fold(email));
  return owners.some((owner) => owner.id !== id);
}

/** Validates new names from a request. Throws `invalidValue` (400) with the name of the invalid field. */
export function readRestoredNames(sent: unknown): RestoredNames {
  const result = restoredNamesSchema.safeParse(sent);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new TranslatedError('invalidValue', ({ admin }) => admin.people.restoredName(name, issue?.message ?? ''), {
    attribute: name,
  });
}
