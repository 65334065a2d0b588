import { recordEvent } from '#audit/event-store.ts';
import type { Origin } from '#audit/event-types.ts';
import { quote } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import type { Database } from '#database/database.ts';
import { inResourceTransaction } from '#database/resource-transaction.ts';
import { listIntegrations, type Integration } from '#integrations/integration-store.ts';
import { integrationNamed } from '#integrations/integrations.ts';
import { findGroupToChange } from './group-store.ts';
import { ownerChange, setOwnerOfGroup, withoutReleased } from './ownership.ts';
import { findUnconfirmed, setUserOwner, type UnconfirmedUser } from './ownership-store.ts';
import { requireRequested } from './requested.ts';
import type { DirectoryDeps, StoredGroup, StoredUser } from './stored.ts';
import { RELEASED } from './system-user.ts';
import { findUserToChange } from './user-store.ts';
import { targetOf } from './users.ts';
import { updateUser } from './user-write-store.ts';

/**
 * Makes an integration the owner of a user and confirms the adoption. From then on, the integration may set the password and
 * change the addresses. If `integrationName` (a name or an id) is undefined, confirms the current owner. If the integration is
 * already the confirmed owner, returns the user unchanged and records no event. Throws `resourceNotFound` (404) if there is no such
 * user, and `invalidValue` (400), with a list of the integrations, if there is no such integration.
 *
 * @example
 * await adoptUser(deps, origin, bob.id, 'Entra ID');
 */
export async function adoptUser(
  deps: DirectoryDeps,
  origin: Origin,
  id: string,
  integrationName: string | undefined,
): Promise<StoredUser> {
  const { organizationId } = origin;
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const user = requireRequested('user', id, await findUserToChange(transaction, organizationId, id));
    const integration = await requireOwner(transaction, organizationId, integrationName ?? user.integrationId);
    const isOwner = user.integrationId === integration.id;
    if (isOwner && !user.adoptionUnconfirmed) return user;
    await setUserOwner(transaction, { id, organizationId, integrationId: integration.id }, false);
    await recordEvent(transaction, deps.clock, origin, {
      type: 'user_adoption_confirm',
      target: targetOf(user),
      changes: [
        ...(isOwner ? [] : [await ownerChange(transaction, user, integration.name)]),
        { field: 'confirmed', from: isOwner ? false : null, to: true },
      ],
    });
    const adopted = { ...user, integrationId: integration.id, adoptionUnconfirmed: false };
    if (isOwner || user.properties[RELEASED] === undefined) return adopted;
    const properties = withoutReleased(user.properties);
    return await updateUser(deps, transaction, adopted, {
      ...adopted,
      properties,
      passwordHash: undefined,
      at: deps.clock.now(),
    });
  });
}

/**
 * Makes an integration the owner of a group, and thus of its name and its members. If the integration already owns the group,
 * returns the group unchanged and records no event. Throws `resourceNotFound` (404) if there is no such group, and `invalidValue`
 * (400), with a list of the integrations, if there is no such integration.
 *
 * @example
 * await adoptGroup(deps, origin, engineering.id, 'Entra ID');
 */
export async function adoptGroup(
  deps: DirectoryDeps,
  origin: Origin,
  id: string,
  integrationName: string,
): Promise<StoredGroup> {
  const { organizationId } = origin;
  return await inResourceTransaction(deps.database, id, async (transaction) => {
    const group = requireRequested('group', id, await findGroupToChange(transaction, organizationId, id));
    const integration = await requireOwner(transaction, organizationId, integrationName);
    if (group.integrationId === integration.id) return group;
    return await setOwnerOfGroup(deps, transaction, { origin }, group, integration);
  });
}

/** A page of adoptions that an administrator has not confirmed yet. */
export interface Adoptions {
  readonly users: readonly (UnconfirmedUser & { readonly integration: string })[];
  /** The id after which the next page starts; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * Lists the users that an integration adopted and that no administrator has confirmed, ordered by id. Throws `invalidValue` (400)
 * if the integration does not exist.
 */
export async function listAdoptions(
  { database }: Pick<DirectoryDeps, 'database'>,
  organizationId: string,
  page: { readonly integration?: string | undefined; readonly after?: string | undefined; readonly limit: number },
): Promise<Adoptions> {
  const integrations = await listIntegrations(database, organizationId);
  const wanted = page.integration === undefined ? undefined : requireIntegration(integrations, page.integration);
  const found = await findUnconfirmed(database, {
    organizationId,
    integrationId: wanted?.id,
    after: page.after,
    limit: page.limit + 1,
  });
  const nameOf = new Map(integrations.map(({ id, name }) => [id, name]));
  const users = found
    .slice(0, page.limit)
    .map((user) => ({ ...user, integration: nameOf.get(user.integrationId) ?? '' }));
  return { users, next: found.length > page.limit ? users.at(-1)?.id : undefined };
}

async function requireOwner(database: Database, organizationId: string, nameOrId: string | null): Promise<Integration> {
  const integrations = await listIntegrations(database, organizationId);
  if (nameOrId !== null) return requireIntegration(integrations, nameOrId);
  throw new TranslatedError('invalidValue', ({ admin }) => admin.sources.adopterNeeded(namesOf(integrations)), {
    attribute: 'integration',
  });
}

function requireIntegration(integrations: readonly Integration[], nameOrId: string): Integration {
  const found = integrationNamed(integrations, nameOrId);
  if (found !== undefined) return found;
  throw new TranslatedError(
    'invalidValue',
    ({ admin }) => admin.sources.unknownHere(quote(nameOrId), namesOf(integrations)),
    {
      attribute: 'integration',
      value: nameOrId,
    },
  );
}

function namesOf(integrations: readonly Integration[]): string {
  return integrations.map(({ name }) => quote(name)).join(', ');
}
