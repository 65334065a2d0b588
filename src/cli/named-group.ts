import { AppError, quote } from '#base/errors.ts';
import { groupNamed } from '#directory/named.ts';
import type { StoredGroup } from '#directory/stored.ts';
import type { Session } from './session.ts';

/** Returns the group with an id or displayName. Throws `notFound`, and `conflict` if several groups have the displayName. */
export async function namedGroup({ deps, organization }: Session, name: string): Promise<StoredGroup> {
  const group = await groupNamed(deps.database, organization.id, name);
  if (group === undefined) throw new AppError('notFound', `There is no group ${quote(name)}.`);
  return group;
}
