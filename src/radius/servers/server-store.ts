import type { Selectable } from 'kysely';
import { fold } from '#base/fold.ts';
import { storedJson, storedTexts } from '#base/stored-json.ts';
import type { Database } from '#database/database.ts';
import { prepared } from '#database/prepared.ts';
import type { RadiusServerTable } from '#database/radius-tables.ts';
import type { RadiusIdentityProvider, RadiusMethod } from '../radius-types.ts';

/** What a server does with a person whose account is locked, or whose password has expired. */
export type AccountAction = 'refuse' | 'allow';

/** How a server checks passwords with Entra ID. */
export interface EntraSettings {
  /** The URL below which the token endpoints of the tenants are, without a slash at its end. */
  readonly authorityUrl: string;
  /** The id of the tenant or one of its domains; null while the identity provider is this directory. */
  readonly tenant: string | null;
  readonly clientId: string | null;
  /** The encrypted secret of the client; null for a public client. */
  readonly sealedClientSecret: string | null;
  /** The attribute of a user with the object id; null if the id is bound at the first sign-in. */
  readonly objectIdAttribute: string | null;
  /** How long the result of a successful check may be reused, in seconds; 0 for never. */
  readonly cacheSeconds: number;
}

/** The settings of a RADIUS server. */
export interface RadiusServerSettings {
  readonly name: string;
  readonly identityProvider: RadiusIdentityProvider;
  readonly methods: readonly RadiusMethod[];
  readonly lockedAccounts: AccountAction;
  readonly expiredPasswords: AccountAction;
  readonly entra: EntraSettings;
}

export interface RadiusServer extends RadiusServerSettings {
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
}

const readMethods = storedJson('radius_servers.methods', storedTexts);

export async function insertServer(database: Database, server: RadiusServer): Promise<void> {
  await database
    .insertInto('radius_servers')
    .values({
      id: server.id,
      organization_id: server.organizationId,
      created_at: server.createdAt.getTime(),
      ...columnsOf(server),
    })
    .execute();
}

export async function updateServer(database: Database, server: RadiusServer): Promise<void> {
  await database
    .updateTable('radius_servers')
    .set(columnsOf(server))
    .where('organization_id', '=', server.organizationId)
    .where('id', '=', server.id)
    .execute();
}

/** Deletes a server with its clients and its connections to groups. */
export async function deleteServer(database: Database, organizationId: string, id: string): Promise<void> {
  await database
    .deleteFrom('radius_servers')
    .where('organization_id', '=', organizationId)
    .where('id', '=', id)
    .execute();
}

const selectServer = prepared((database, values: { organizationId: string; id: string }) =>
  database
    .selectFrom('radius_servers')
    .selectAll()
    .where('organization_id', '=', values.organizationId)
    .where('id', '=', values.id),
);

export async function findServer(
  database: Database,
  organizationId: string,
  id: string,
): Promise<RadiusServer | undefined> {
  const [row] = await selectServer(database, { organizationId, id });
  return row && toServer(row);
}

const selectServers = prepared((database, values: { organizationId: string }) =>
  database
    .selectFrom('radius_servers')
    .selectAll()
    .where('organization_id', '=', values.organizationId)
    .orderBy('name_key'),
);

/** Lists the servers of an organization by name. There are at most SERVERS_MAX. */
export async function listServers(database: Database, organizationId: string): Promise<readonly RadiusServer[]> {
  return (await selectServers(database, { organizationId })).map(toServer);
}

const selectServerOfClient = prepared((database, values: { clientId: string }) =>
  database
    .selectFrom('radius_clients')
    .innerJoin('radius_servers', 'radius_servers.id', 'radius_clients.server_id')
    .selectAll('radius_servers')
    .where('radius_clients.id', '=', values.clientId),
);

/**
 * Returns the server that a client belongs to; undefined if the client was removed. For the RADIUS engine, which knows only the client of a
 * packet: `database` is not limited to an organization, and the server says which organization the packet is for.
 *
 * @example
 * const server = await serverOfClient(database, client.id);
 * server?.organizationId; // '665f1e0a7b2c4d0012345601'
 */
export async function serverOfClient(database: Database, clientId: string): Promise<RadiusServer | undefined> {
  const [row] = await selectServerOfClient(database, { clientId });
  return row && toServer(row);
}

function columnsOf(server: RadiusServerSettings & { readonly modifiedAt: Date }) {
  const { name, entra } = server;
  return {
    name,
    name_key: fold(name),
    identity_provider: server.identityProvider,
    methods: JSON.stringify(server.methods),
    locked_accounts: server.lockedAccounts,
    expired_passwords: server.expiredPasswords,
    authority_url: entra.authorityUrl,
    tenant: entra.tenant,
    client_id: entra.clientId,
    client_secret: entra.sealedClientSecret,
    object_id_attribute: entra.objectIdAttribute,
    cache_seconds: entra.cacheSeconds,
    modified_at: server.modifiedAt.getTime(),
  };
}

function toServer(row: Selectable<RadiusServerTable>): RadiusServer {
  return {
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    identityProvider: row.identity_provider,
    methods: readMethods(row.methods).filter(isMethod),
    lockedAccounts: row.locked_accounts,
    expiredPasswords: row.expired_passwords,
    entra: {
      authorityUrl: row.authority_url,
      tenant: row.tenant,
      clientId: row.client_id,
      sealedClientSecret: row.client_secret,
      objectIdAttribute: row.object_id_attribute,
      cacheSeconds: row.cache_seconds,
    },
    createdAt: new Date(row.created_at),
    modifiedAt: new Date(row.modified_at),
  };
}

/** The methods by which a server can receive passwords. */
export const radiusMethods = ['pap', 'eapTtlsPap'] as const satisfies readonly RadiusMethod[];

function isMethod(text: unknown): text is RadiusMethod {
  return radiusMethods.some((method) => method === text);
}
