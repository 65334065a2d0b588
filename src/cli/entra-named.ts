import { AppError, quote } from '#base/errors.ts';
import { findSourceGroup, findSourceGroupsByName } from '#entra/source/source-group-store.ts';
import type { EntraTenant, SourceGroup, SourceUser } from '#entra/source/source-object.ts';
import { findDeletedUsersByUpn, findSourceUser, findSourceUserByUpn } from '#entra/source/source-user-store.ts';
import { isGuid } from '#entra/source/source-values.ts';
import { splitAssignment } from './split-assignment.ts';
import type { Session } from './session.ts';

/** A user of a tenant by userPrincipalName or objectId; a deleted one where no living one has the name. Throws notFound. */
export async function namedSourceUser({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceUser> {
  const { database } = deps;
  const user =
    (isGuid(name) ? await findSourceUser(database, tenant.id, name.toLowerCase()) : undefined) ??
    (await findSourceUserByUpn(database, tenant.id, name)) ??
    (await findDeletedUsersByUpn(database, tenant.id, name))[0];
  if (user !== undefined) return user;
  throw new AppError('notFound', `There is no user ${quote(name)} in ${quote(tenant.name)}.`);
}

/** A group of a tenant by displayName or objectId. Throws notFound, and usage where several have the name. */
export async function namedSourceGroup({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceGroup> {
  const { database } = deps;
  const byId = isGuid(name) ? await findSourceGroup(database, tenant.id, name.toLowerCase()) : undefined;
  const found = byId === undefined ? await findSourceGroupsByName(database, tenant.id, name) : [byId];
  const [group, second] = found;
  if (group === undefined) throw new AppError('notFound', `There is no group ${quote(name)} in ${quote(tenant.name)}.`);
  if (second === undefined) return group;
  const ids = found.map(({ id }) => id).join(', ');
  throw new AppError('usage', `Several groups are called ${quote(name)}: name one by its objectId. There are: ${ids}.`);
}

/** Values of ATTRIBUTE=VALUE; without a value the attribute is taken away, and several values stand in a JSON list. */
export function givenValues(
  assignments: readonly string[],
): Readonly<Record<string, string | readonly string[] | null>> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const assigned = splitAssignment(assignment);
      if (assigned === undefined) throw new AppError('usage', `${quote(assignment)} is not ATTRIBUTE=VALUE.`);
      return [assigned.name, valueOf(assigned.value)];
    }),
  );
}

function valueOf(text: string): string | readonly string[] | null {
  if (text === '') return null;
  if (!text.startsWith('[')) return text;
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.every((one) => typeof one === 'string')) return list;
  } catch {
    // A text that begins with a bracket.
  }
  return text;
}
