import type { EntraIdentity } from '../credentials/entra-answer.ts';
import type { ReplyAttribute } from '../radius-types.ts';
import type { DecidingClient, DecidingServer, RadiusDirectory } from './radius-directory.ts';

/** RADIUS servers in memory, for tests of decisions. The stores of servers have their own tests. */
export interface TestRadiusDirectory extends RadiusDirectory {
  readonly clients: Map<string, DecidingClient>;
  /** The ids of the users who may connect to any server. */
  readonly members: Set<string>;
  readonly replies: ReplyAttribute[];
  readonly bindings: Map<string, EntraIdentity>;
  readonly wifiHashes: Map<string, string>;
}

export function testRadiusDirectory(): TestRadiusDirectory {
  const clients = new Map<string, DecidingClient>();
  const members = new Set<string>();
  const replies: ReplyAttribute[] = [];
  const bindings = new Map<string, EntraIdentity>();
  const wifiHashes = new Map<string, string>();
  return {
    clients,
    members,
    replies,
    bindings,
    wifiHashes,
    clientAt: async (address) => ({ id: address, name: address, secret: 'shared', requiresMessageAuthenticator: true }),
    clientWithServer: async (id) => clients.get(id),
    connectableGroups: async (_server, userId) => (members.has(userId) ? [{ id: 'group', name: 'Staff' }] : []),
    repliesFor: async () => replies,
    bindingOf: async (_server, userId) => bindings.get(userId) ?? null,
    bind: async (_server, userId, identity) => {
      const own = bindings.get(userId);
      if (own !== undefined) return own;
      if ([...bindings.values()].some(({ objectId }) => objectId === identity.objectId)) return null;
      bindings.set(userId, identity);
      return identity;
    },
    wifiPasswordHashOf: async (_server, userId) => wifiHashes.get(userId) ?? null,
  };
}

/** Adds a client of a server that checks passwords of this directory. */
export function addClient(
  directory: TestRadiusDirectory,
  organizationId: string,
  change: Partial<DecidingServer> & { readonly clientId?: string } = {},
): DecidingServer {
  const { clientId = 'ap', ...server } = change;
  const added: DecidingServer = {
    id: 'server',
    name: 'Office',
    organizationId,
    identityProvider: 'directory',
    methods: ['pap', 'eapTtlsPap'],
    lockedAccounts: 'refuse',
    expiredPasswords: 'refuse',
    entra: null,
    objectIdAttribute: null,
    ...server,
  };
  directory.clients.set(clientId, { id: clientId, name: `Access point ${clientId}`, server: added });
  return added;
}
