import { listAdministrators, type Administrator } from '#admins/administrator-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Session } from './session.ts';

/** Returns the administrator with an id or an email address, ignoring the letter case of the address. Throws `notFound`. */
export async function namedAdministrator({ deps, organization }: Session, name: string): Promise<Administrator> {
  const all = await listAdministrators(deps.database, organization.id);
  const found = all.find((one) => one.id === name || fold(one.email) === fold(name));
  if (found !== undefined) return found;
  throw new AppError('notFound', `There is no administrator ${quote(name)}. Create one: tanhua admin create`);
}
