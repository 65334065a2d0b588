import { AppError, quote } from '#base/errors.ts';
import { findNamedGroups, findNamedUser } from '#entra/source/named-objects.ts';
import type { EntraTenant, SourceGroup, SourceObject, SourceUser } from '#entra/source/source-object.ts';
import { splitAssignment } from './split-assignment.ts';
import type { Session } from './session.ts';

/**
 * Returns the user of a tenant with a userPrincipalName or objectId. Returns a deleted user if no active user has the name. Throws
 * `notFound`.
 */
export async function namedSourceUser({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceUser> {
  const user = await findNamedUser(deps.database, tenant.id, name);
  if (user !== undefined) return user;
  throw new AppError(
    'notFound',
    `There is no user ${quote(name)} in ${quote(tenant.name)}; give a userPrincipalName or an objectId.`,
  );
}

/** Returns the group of a tenant with a displayName or objectId. Throws `notFound`, and `usage` if several groups have the name. */
export async function namedSourceGroup({ deps }: Session, tenant: EntraTenant, name: string): Promise<SourceGroup> {
  const found = await findNamedGroups(deps.database, tenant.id, name);
  const [group, second] = found;
  if (group === undefined) throw new AppError('notFound', `There is no group ${quote(name)} in ${quote(tenant.name)}.`);
  if (second === undefined) return group;
  const ids = found.map(({ id }) => id).join(', ');
  throw new AppError('usage', `Several groups are called ${quote(name)}: give the objectId of one of them: ${ids}.`);
}

/**
 * Returns the user or the group with a name or objectId. Throws `notFound`. Throws `usage` if `type` is neither "user" nor "group", and if
 * several groups have the name.
 */
export async function namedPrincipal(
  session: Session,
  tenant: EntraTenant,
  type: string,
  name: string,
): Promise<SourceObject> {
  if (/^user$/i.test(type)) return await namedSourceUser(session, tenant, name);
  if (/^group$/i.test(type)) return await namedSourceGroup(session, tenant, name);
  throw new AppError('usage', `${quote(type)} is neither "user" nor "group".`);
}

/** Returns the user with a name, or else the group with that name. Throws `notFound`, and `usage` if several groups have the name. */
export async function namedSourceObject(session: Session, tenant: EntraTenant, name: string): Promise<SourceObject> {
  const { database } = session.deps;
  const user = await findNamedUser(database, tenant.id, name);
  if (user !== undefined) return user;
  if ((await findNamedGroups(database, tenant.id, name)).length > 0)
    return await namedSourceGroup(session, tenant, name);
  throw new AppError('notFound', `There is no user and no group ${quote(name)} in ${quote(tenant.name)}.`);
}

/**
 * Reads ATTRIBUTE=VALUE assignments. An empty value removes the attribute (null). A JSON array of strings sets several values. Throws
 * `usage`.
 *
 * @example
 * givenValues(['surname=Lee', 'mail=', 'otherMails=["a@x.example"]']); // { surname: 'Lee', mail: null, otherMails: ['a@x.example'] }
 */
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
    // The value is not JSON, but a text that happens to begin with a bracket.
  }
  return text;
}
