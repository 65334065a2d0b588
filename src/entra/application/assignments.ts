import { randomUUID } from 'node:crypto';
import { quote } from '#base/errors.ts';
import { inTransaction, type DatabaseTransaction } from '#database/database.ts';
import { violatedColumns } from '#database/database-errors.ts';
import { recordChanges } from '../source/change-store.ts';
import { findSourceGroup } from '../source/source-group-store.ts';
import type { ObjectType } from '../source/source-object.ts';
import { findSourceUser } from '../source/source-user-store.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import type { ApplicationDeps } from './applications.ts';
import { appRoleIdOf, ROLE_DEFAULT } from './app-roles.ts';
import type { Assignment, EntraApplication } from './application.ts';
import { assignmentsOfPrincipals, deleteAssignment, insertAssignment } from './assignment-store.ts';

type ApplicationKey = Pick<EntraApplication, 'id' | 'tenantId' | 'organizationId'>;

export interface Principal {
  readonly id: string;
  readonly type: ObjectType;
}

/**
 * Assigns a user or a group to an application, and records the assignment in the tenant's change log in the same transaction. If the
 * assignment already exists, nothing changes and `isNew` is false. Throws `notFound` and `invalidValue`. Throws `conflict` if another
 * request assigns the same role at the same time.
 *
 * @example
 * await assign({ database, clock }, application, { id: user.id, type: 'User' }, 'Admin');
 */
export async function assign(
  { database, clock }: ApplicationDeps,
  application: ApplicationKey,
  principal: Principal,
  roleValue: string = ROLE_DEFAULT,
): Promise<{ readonly assignment: Assignment; readonly isNew: boolean }> {
  const appRoleId = appRoleIdOf(application.id, roleValue);
  try {
    return await inTransaction(database, async (transaction) => {
      await checkPrincipal(transaction, application, principal);
      const before = await assignmentsOfPrincipals(transaction, application.id, [principal.id]);
      const same = before.find((one) => one.appRoleId === appRoleId);
      if (same !== undefined) return { assignment: same, isNew: false };
      const assignment: Assignment = {
        id: randomUUID(),
        applicationId: application.id,
        principalId: principal.id,
        principalType: principal.type,
        appRoleId,
        roleValue,
      };
      await insertAssignment(transaction, application, assignment, clock.now());
      await recordAssignment({ database: transaction, clock }, application, principal.id, 'add');
      return { assignment, isNew: true };
    });
  } catch (error) {
    if (violatedColumns(error) === undefined) throw error;
    throw new StandInError('conflict', (texts) => texts.assignments.concurrent(quote(principal.id)), {
      cause: error,
    });
  }
}

/**
 * Deletes the assignment of a user or group to the application with the given role. If no role is given, deletes all assignments of the
 * user or group to the application. Returns the deleted assignments. Throws `notFound` if there are none.
 */
export async function unassign(
  { database, clock }: ApplicationDeps,
  application: ApplicationKey,
  principalId: string,
  roleValue?: string,
): Promise<readonly Assignment[]> {
  return await inTransaction(database, async (transaction) => {
    const all = await assignmentsOfPrincipals(transaction, application.id, [principalId]);
    const assignments = all.filter((one) => roleValue === undefined || one.roleValue === roleValue);
    if (assignments.length === 0) {
      const role = roleValue === undefined ? undefined : quote(roleValue);
      throw new StandInError('notFound', (texts) => texts.assignments.absent(quote(principalId), role));
    }
    for (const { id } of assignments) await deleteAssignment(transaction, id);
    await recordAssignment({ database: transaction, clock }, application, principalId, 'delete');
    return assignments;
  });
}

async function recordAssignment(
  { database, clock }: ApplicationDeps & { readonly database: DatabaseTransaction },
  { id, tenantId, organizationId }: ApplicationKey,
  principalId: string,
  kind: 'add' | 'delete',
): Promise<void> {
  const change = { objectType: 'Assignment', objectId: principalId, kind, detailId: id, fields: [] } as const;
  await recordChanges(database, clock, { id: tenantId, organizationId }, [change]);
}

async function checkPrincipal(
  database: DatabaseTransaction,
  { tenantId }: ApplicationKey,
  { id, type }: Principal,
): Promise<void> {
  const find = type === 'User' ? findSourceUser : findSourceGroup;
  const found = await find(database, tenantId, id);
  if (found === undefined || found.deletedAt !== null) {
    const what = found === undefined ? 'noPrincipal' : 'deletedPrincipal';
    throw new StandInError('notFound', (texts) => texts.assignments[what](type, quote(id)));
  }
  // Entra ID provisions security groups only (§3.3).
  if (found.type === 'Group' && found.attributes['securityEnabled'] === false) {
    throw new StandInError('invalidValue', (texts) => texts.assignments.notSecurityEnabled(quote(id)), {
      attribute: 'securityEnabled',
    });
  }
}
