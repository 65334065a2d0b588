import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { StoredUser } from '#directory/stored.ts';
import { findUser, findUserByColumn } from '#directory/user-store.ts';
import type { Session } from './session.ts';

/** The user by id, userName, username or e-mail. Throws notFound. */
export async function namedUser({ deps, organization }: Session, name: string): Promise<StoredUser> {
  const byId = await findUser(deps.database, organization.id, name);
  if (byId !== undefined) return byId;
  for (const column of ['user_name_key', 'username_key', 'email_key'] as const) {
    const user = await findUserByColumn(deps.database, organization.id, column, fold(name));
    if (user !== undefined) return user;
  }
  throw new AppError(
    'notFound',
    `There is no user ${quote(name)}. "tanhua event list --target ${name}" tells what happened to it.`,
  );
}
