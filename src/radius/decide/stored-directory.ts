import { depsOfOrganization, type AnonymousDeps } from '#accounts/account-places.ts';
import type { SecretBox } from '#base/secret-box.ts';
import type { Database } from '#database/database.ts';
import { tenantIdOf } from '../credentials/entra-check.ts';
import { findClient } from '../servers/client-store.ts';
import { connectableGroups, repliesFor } from '../servers/connections.ts';
import { clientInFleet, serverInFleet } from '../servers/fleet-clients.ts';
import type { RadiusServer } from '../servers/server-store.ts';
import { sharedSecretAt } from '../servers/shared-secret.ts';
import { bindAccount, findBinding, findWifiPassword } from '../servers/user-store.ts';
import type { DecidingServer, RadiusDirectory } from './radius-directory.ts';

/**
 * Returns what decisions read and store of RADIUS servers, from the databases of the installation. A client says which organization a packet
 * is for; everything after it runs with the dependencies of that organization, in the database that serves it.
 *
 * @example
 * const directory = storedRadiusDirectory({ ...accounts, fleet });
 * const client = await directory.clientAt('192.0.2.7');
 */
export function storedRadiusDirectory(deps: AnonymousDeps): RadiusDirectory {
  const { fleet, clock, secrets } = deps;
  const databaseOf = async ({ organizationId }: DecidingServer): Promise<Database> =>
    (await depsOfOrganization(deps, organizationId)).database;
  return {
    clientAt: async (address) => {
      const client = (await clientInFleet(fleet, address))?.client;
      if (client === undefined) return undefined;
      const { id, name, isInsecure } = client;
      return {
        id,
        name,
        secret: sharedSecretAt(client, clock.now(), secrets),
        requiresMessageAuthenticator: !isInsecure,
      };
    },
    clientWithServer: async (clientId) => {
      const placed = await serverInFleet(fleet, clientId);
      if (placed === undefined) return undefined;
      const { server, shard } = placed;
      const client = await findClient(shard.database, server.organizationId, clientId);
      return client && { id: client.id, name: client.name, server: decidingServer(server, secrets) };
    },
    connectableGroups: async (server, userId) =>
      (await connectableGroups(await databaseOf(server), server, userId)).map(({ groupId, display }) => ({
        id: groupId,
        name: display,
      })),
    repliesFor: async (server, userId) => await repliesFor(await databaseOf(server), server, userId),
    bindingOf: async (server, userId) => {
      const { organizationId } = server;
      return (await findBinding(await databaseOf(server), { organizationId, userId }, tenantOf(server))) ?? null;
    },
    bind: async (server, userId, account) => {
      const key = { organizationId: server.organizationId, userId };
      return (await bindAccount(await databaseOf(server), key, account, tenantOf(server), clock.now())) ?? null;
    },
    wifiPasswordHashOf: async (server, userId) =>
      (await findWifiPassword(await databaseOf(server), server.organizationId, userId))?.hash ?? null,
  };
}

/** Returns the id of the tenant; null if the settings name it by a domain, whose id is known only after a sign-in. */
function tenantOf({ entra }: DecidingServer): string | null {
  return entra && tenantIdOf(entra);
}

/** Opens the client secret here, because a decision needs it in clear text. It is never logged. */
function decidingServer(server: RadiusServer, secrets: SecretBox): DecidingServer {
  const { id, name, organizationId, identityProvider, methods, lockedAccounts, expiredPasswords } = server;
  const { authorityUrl, tenant, clientId, sealedClientSecret, objectIdAttribute, cacheSeconds } = server.entra;
  const isUsed = identityProvider === 'entra' && tenant !== null && clientId !== null;
  return {
    id,
    name,
    organizationId,
    identityProvider,
    methods,
    lockedAccounts,
    expiredPasswords,
    objectIdAttribute,
    entra: isUsed
      ? {
          authority: authorityUrl,
          tenant,
          clientId,
          clientSecret: sealedClientSecret === null ? null : secrets.open(sealedClientSecret),
          cacheSeconds,
        }
      : null,
  };
}
