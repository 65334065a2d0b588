import { AppError, quote } from '#base/errors.ts';
import { findNamedGroups, findNamedUser } from '#entra/source/named-objects.ts';
import type { EntraTenant, SourceGroup, SourceObject, SourceUser } from '#entra/source/source-object.ts';
import { splitAssignment } from './split-assignment.ts';
import type { Session } from './session.ts';

/** A user of a tenant by userPrincipalName or objectId; a deleted one if no active user has the name. Throws notFound. */
export async function namedSourceUser({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceUser> {
  const user = await findNamedUser(deps.database, tenant.id, name);
  if (user !== undefined) return user;
  throw new AppError(
    'notFound',
    `There is no user ${quote(name)} in ${quote(tenant.name)}; give its userPrincipalName.`,
  );
}

/** A group of a tenant by displayName or objectId. Throws notFound, and usage if several have the name. */
export async function namedSourceGroup({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceGroup> {
  const found = await findNamedGroups(deps.database, tenant.id, name);
  const [group, second] = found;
  if (group === undefined) throw new AppError('notFound', `There is no group ${quote(name)} in ${quote(tenant.name)}.`);
  if (second === undefined) return group;
  const ids = found.map(({ id }) => id).join(', ');
  throw new AppError('usage', `Several groups are called ${quote(name)}: name one by its objectId. There are: ${ids}.`);
}

/** A user or a group, as the type says. Throws notFound, and usage for another type and for several groups. */
export async function namedPrincipal(
  session: Session,
  tenant: EntraTenant,
  type: string,
  name: string,
): Promise<SourceObject> {
  if (/^user$/i.test(type)) return await namedSourceUser(session, tenant, name);
  if (/^group$/i.test(type)) return await namedSourceGroup(session, tenant, name);
  throw new AppError('usage', `${quote(type)} is neither user nor group.`);
}

/** A user or else a group with a name. Throws notFound, and usage if several groups have the name. */
export async function namedSourceObject(session: Session, tenant: EntraTenant, name: string): Promise<SourceObject> {
  const { database } = session.deps;
  const user = await findNamedUser(database, tenant.id, name);
  if (user !== undefined) return user;
  if ((await findNamedGroups(database, tenant.id, name)).length > 0)
    return await namedSourceGroup(session, tenant, name);
  throw new AppError('notFound', `There is no user and no group ${quote(name)} in ${quote(tenant.name)}.`);
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
