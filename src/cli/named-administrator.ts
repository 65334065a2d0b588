import { listAdministrators, type Administrator } from '#admins/administrator-store.ts';
import { AppError, quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import type { Session } from './session.ts';

/** An administrator by e-mail address in any case, or by id. Throws notFound. */
export async function namedAdministrator({ deps, organization }: Session, name: string): Promise<Administrator> {
  const all = await listAdministrators(deps.database, organization.id);
  const found = all.find((one) => one.id === name || fold(one.email) === fold(name));
  if (found !== undefined) return found;
  throw new AppError('notFound', `There is no administrator ${quote(name)}. Make one: tanhua admin create`);
}
