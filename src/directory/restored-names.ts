import { z } from 'zod';
import type { Origin } from '#audit/event-types.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Database } from '#database/database.ts';
import { ENTERPRISE_USER_SCHEMA } from '#scim/schema/enterprise-user.ts';
import { validateResource } from '#scim/resource/validate.ts';
import { readText } from './attribute-contract.ts';
import { directoryCaller } from './directory-caller.ts';
import type { DirectoryDeps, StoredUser } from './stored.ts';
import { RELEASED } from './system-user.ts';
import { withSystemUser } from './system-user-change.ts';
import { EMPLOYEE_IDENTIFIER_LENGTH_MAX, TEXT_LENGTH_MAX, type SystemUserBody } from './system-user-fields.ts';
import { checkUserRules, derivedProperties } from './user-rules.ts';
import { findUserByColumn } from './user-store.ts';
import { updateUser } from './user-write-store.ts';

const text = z.string().min(1).max(TEXT_LENGTH_MAX);

/** What must be unique, and may have been given to another user since the deletion: what is sent replaces it. */
export const restoredNamesSchema = z.strictObject({
  username: text.optional(),
  email: text.optional(),
  employeeIdentifier: z.string().max(EMPLOYEE_IDENTIFIER_LENGTH_MAX).nullable().optional().meta({
    description: 'null removes it.',
  }),
});
export type RestoredNames = z.output<typeof restoredNamesSchema>;

/** What must be unique: its field, its option on the command line, its column, and the error for one that is taken. */
const uniqueNames = [
  { field: 'username', option: '--username', column: 'user_name_key', code: 'userNameTaken' },
  { field: 'email', option: '--email', column: 'email_key', code: 'emailTaken' },
  {
    field: 'employeeIdentifier',
    option: '--employee-identifier',
    column: 'employee_number_key',
    code: 'employeeNumberTaken',
  },
] as const;

/** Throws userNameTaken, emailTaken or employeeNumberTaken (409) that names all that another user has now, and what to send. */
export async function requireFreeNames(transaction: Database, origin: Origin, user: StoredUser): Promise<void> {
  const { organizationId, userName, email, document } = user;
  const wanted = {
    username: userName,
    email,
    employeeIdentifier: readText(document, [ENTERPRISE_USER_SCHEMA, 'employeeNumber']),
  };
  const taken = [];
  for (const name of uniqueNames) {
    const value = wanted[name.field] ?? undefined;
    if (value === undefined) continue;
    const other = await findUserByColumn(transaction, organizationId, name.column, fold(value));
    if (other !== undefined) taken.push({ ...name, value, other });
  }
  const [first] = taken;
  if (first === undefined) return;
  const reasons = taken.map(
    ({ field, value, other }) =>
      `${field} ${quote(value)} belongs to the user ${quote(other.userName)} (id ${other.id}) now`,
  );
  const remedy =
    origin.actor.type === 'command_line'
      ? taken.map(({ option }) => `${option} NEW`).join(' ')
      : `send ${taken.map(({ field }) => field).join(', ')} with the request`;
  throw new AppError(first.code, `${reasons.join(', and ')}. Restore the user with other names: ${remedy}.`, {
    attribute: first.field,
    value: first.value,
  });
}

/** A deleted user with other names, written while it is still deleted. Throws what checkUserRules throws (400). */
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

/** What is entered by hand stays so: from then on the fields are not those of the integration. */
function withReleased({ integrationId, properties }: StoredUser, names: RestoredNames): StoredUser['properties'] {
  const already = properties[RELEASED];
  const released = new Set(Array.isArray(already) ? already.map(String) : []);
  for (const [name, value] of Object.entries(names)) if (value !== undefined) released.add(name);
  if (integrationId === null || released.size === 0) return properties;
  return { ...properties, [RELEASED]: [...released].toSorted() };
}

/** Whether the address from before belongs to another user now, who must not get the mail about this one. */
export async function hasLostAddress(database: Database, { organizationId, id, email }: StoredUser): Promise<boolean> {
  if (email === null) return false;
  const owner = await findUserByColumn(database, organizationId, 'email_key', fold(email));
  return owner !== undefined && owner.id !== id;
}

/** Reads names that a person typed. Throws invalidValue (400). */
export function readRestoredNames(sent: unknown): RestoredNames {
  const result = restoredNamesSchema.safeParse(sent);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw new AppError('invalidValue', `${name} is not valid: ${issue?.message ?? ''}.`, { attribute: name });
}
