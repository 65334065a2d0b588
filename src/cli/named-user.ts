import { AppError, quote } from '#base/errors.ts';
import { userNamed } from '#directory/named.ts';
import type { StoredUser } from '#directory/stored.ts';
import type { Session } from './session.ts';

/** The user by id, userName, username or e-mail. Throws notFound, and conflict for an e-mail that several users have. */
export async function namedUser({ deps, organization }: Session, name: string): Promise<StoredUser> {
  const user = await userNamed(deps.database, organization.id, name);
  if (user !== undefined) return user;
  throw new AppError(
    'notFound',
    `There is no user ${quote(name)}. To see what happened to the user: tanhua event list --target ${name}`,
  );
}
