import { recordEvent } from '#audit/event-store.ts';
import type { EventType, FieldChange, Origin } from '#audit/event-types.ts';
import { DAY_MS } from '#base/clock.ts';
import { contentTag } from '#base/entity-tag.ts';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { SECRET_MASK as EVENT_MASK } from '#scim/resource/secret-values.ts';
import type { Fleet } from '#shards/fleet.ts';
import { clientNetwork, IPV4_PREFIX_MIN, IPV6_PREFIX_MIN, type ClientNetwork } from './client-network.ts';
import {
  deleteClient,
  findClient,
  insertClient,
  listClients,
  updateClient,
  type RadiusClient,
} from './client-store.ts';
import { withClaimedNetwork } from './fleet-clients.ts';
import { requireServer, requireVersion, type RadiusDeps } from './servers.ts';
import { certainFrom, newSharedSecret, sealedSecretAt } from './shared-secret.ts';

/** The maximum number of clients of a server. */
export const CLIENTS_MAX = 1_000;
/** The maximum number of days until the planned change of a shared secret. */
export const CHANGE_DAYS_MAX = 90;

export interface ClientDeps extends RadiusDeps {
  /** All databases of the installation, because a network belongs to one client of all of them. */
  readonly fleet: Fleet;
}

/** A client with its new shared secret in clear text, which is returned once and stored encrypted. */
export interface ClientWithSecret {
  readonly client: RadiusClient;
  readonly secret: string;
  /** The time from which the secret is valid. */
  readonly changeAt: Date;
  /** The time from which FreeRADIUS certainly uses it, because it keeps what it knows about a client for CLIENT_CACHE_SECONDS. */
  readonly certainFrom: Date;
}

export interface ClientDraft {
  readonly name: string;
  /** An IPv4 or IPv6 address, or a network in CIDR notation. */
  readonly network: string;
  readonly isInsecure?: boolean | undefined;
}

/** A change of a client. A field that is left out keeps its value. */
interface ClientChange {
  readonly name?: string | undefined;
  readonly network?: string | undefined;
  readonly isInsecure?: boolean | undefined;
  /** The version that is changed; any version by default. */
  readonly ifMatch?: string | undefined;
}

/** Returns a client of a server. Throws `notFound` (404) if the server has no client with the id. */
export async function requireClient(
  database: Database,
  { organizationId, serverId, id }: { organizationId: string; serverId: string; id: string },
): Promise<RadiusClient> {
  const found = await findClient(database, organizationId, id);
  if (found?.serverId === serverId) return found;
  throw new TranslatedError('notFound', ({ radiusServers }) => radiusServers.unknownClient(quote(id)), {
    attribute: 'id',
    value: id,
  });
}

/** Returns the client of a server with an id, a name or a network. Throws `notFound` (404), with a list of the clients. */
export async function requireClientNamed(
  database: Database,
  server: { readonly id: string; readonly organizationId: string },
  named: string,
): Promise<RadiusClient> {
  const all = await listClients(database, server.organizationId, server.id);
  const network = clientNetwork(named)?.text;
  const found = all.find((one) => one.id === named || fold(one.name) === fold(named) || one.network === network);
  if (found !== undefined) return found;
  const names = all.slice(0, LISTED_CLIENTS_MAX).map(({ name }) => quote(name));
  const known = `${names.join(', ')}${all.length > LISTED_CLIENTS_MAX ? ', …' : ''}`;
  throw new TranslatedError('notFound', ({ radiusServers }) => radiusServers.unknownClientAmong(quote(named), known), {
    attribute: 'client',
    value: named,
  });
}

/** The number of clients that an error lists. */
const LISTED_CLIENTS_MAX = 20;

/**
 * Adds a client to a server with a generated shared secret, and records an event. The answer is the only one with the secret. Throws
 * `notFound` (404) for an unknown server, `invalidValue` (400) for a text that is not a network or is too large, and `conflict` (409) if a
 * client of any organization has the network, if another client of the server has the name, or if the server has CLIENTS_MAX clients.
 *
 * @example
 * const { client, secret } = await addClient(deps, origin, server.id, { name: 'Access points', network: '192.0.2.0/24' });
 */
export async function addClient(
  deps: ClientDeps,
  origin: Origin,
  serverId: string,
  { name, network, isInsecure = false }: ClientDraft,
): Promise<ClientWithSecret> {
  const { organizationId } = origin;
  const wanted = requireNetwork(network);
  const at = deps.clock.now();
  const secret = newSharedSecret();
  return await withClaimedNetwork(deps.fleet, claimOf(wanted, undefined), async () => {
    return await inTransaction(deps.database, async (transaction) => {
      await lockNames(transaction, organizationId, [`radius clients ${serverId}`]);
      const server = await requireServer(transaction, organizationId, serverId);
      const all = await listClients(transaction, organizationId, serverId);
      if (all.length >= CLIENTS_MAX) {
        throw new TranslatedError('conflict', ({ radiusServers }) => radiusServers.tooManyClients(CLIENTS_MAX));
      }
      requireFreeName(all, name, undefined);
      const client: RadiusClient = {
        id: newId(deps.clock),
        organizationId,
        serverId: server.id,
        name,
        network: wanted.text,
        networkKey: wanted.key,
        sealedSecret: deps.secrets.seal(secret),
        next: null,
        isInsecure,
        createdAt: at,
        modifiedAt: at,
      };
      await insertClient(transaction, client);
      await recordClientEvent(deps, transaction, origin, { type: 'radius_client_create', client });
      return { client, secret, changeAt: at, certainFrom: certainFrom(at) };
    });
  });
}

/**
 * Changes the name, the network or the protection of a client, and records an event. The shared secret stays. Throws the errors of
 * `addClient`, and `versionMismatch` (412) if `ifMatch` names another version than `clientTag` returns.
 */
export async function changeClient(
  deps: ClientDeps,
  origin: Origin,
  ids: { readonly serverId: string; readonly id: string },
  change: ClientChange,
): Promise<RadiusClient> {
  const { organizationId } = origin;
  const wanted = change.network === undefined ? undefined : requireNetwork(change.network);
  return await withClaimedNetwork(deps.fleet, claimOf(wanted, ids.id), async () => {
    return await inTransaction(deps.database, async (transaction) => {
      await lockNames(transaction, organizationId, [`radius clients ${ids.serverId}`]);
      const before = await requireClient(transaction, { organizationId, ...ids });
      requireVersion(
        ({ radiusServers }) => radiusServers.clientNamed(quote(before.name)),
        change.ifMatch,
        clientTag(before),
      );
      const { name = before.name, isInsecure = before.isInsecure } = change;
      requireFreeName(await listClients(transaction, organizationId, ids.serverId), name, before.id);
      const after: RadiusClient = {
        ...before,
        name,
        isInsecure,
        ...(wanted !== undefined && { network: wanted.text, networkKey: wanted.key }),
        modifiedAt: deps.clock.now(),
      };
      const changes = (['name', 'network', 'isInsecure'] as const)
        .filter((field) => before[field] !== after[field])
        .map((field) => ({ field, from: before[field], to: after[field] }));
      if (changes.length === 0) return before;
      await updateClient(transaction, after);
      await recordClientEvent(deps, transaction, origin, { type: 'radius_client_update', client: after, changes });
      return after;
    });
  });
}

/**
 * Generates a new shared secret for a client, and records an event. With `changeAt`, the current secret stays valid until then, so that the
 * device can be changed at that time; a change that was planned before is replaced. Throws `notFound` (404), `versionMismatch` (412), and
 * `invalidValue` (400) for a time in the past or more than CHANGE_DAYS_MAX days ahead.
 *
 * @example
 * await rotateSecret(deps, origin, { serverId, id }, { changeAt: new Date('2026-03-01T02:00:00Z') });
 */
export async function rotateSecret(
  deps: RadiusDeps,
  origin: Origin,
  ids: { readonly serverId: string; readonly id: string },
  { changeAt, ifMatch }: { readonly changeAt?: Date | undefined; readonly ifMatch?: string | undefined } = {},
): Promise<ClientWithSecret> {
  const { organizationId } = origin;
  const now = deps.clock.now();
  const from = changeAt ?? now;
  requireChangeTime(from, now);
  const secret = newSharedSecret();
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, [`radius clients ${ids.serverId}`]);
    const before = await requireClient(transaction, { organizationId, ...ids });
    requireVersion(({ radiusServers }) => radiusServers.clientNamed(quote(before.name)), ifMatch, clientTag(before));
    const sealed = deps.secrets.seal(secret);
    const isNow = from.getTime() <= now.getTime();
    const client: RadiusClient = {
      ...before,
      sealedSecret: isNow ? sealed : sealedSecretAt(before, now),
      next: isNow ? null : { sealedSecret: sealed, from },
      modifiedAt: now,
    };
    await updateClient(transaction, client);
    await recordClientEvent(deps, transaction, origin, {
      type: 'radius_client_secret_rotate',
      client,
      changes: [
        { field: 'sharedSecret', from: EVENT_MASK, to: EVENT_MASK },
        { field: 'changeAt', from: null, to: from.toISOString() },
      ],
    });
    return { client, secret, changeAt: from, certainFrom: certainFrom(from) };
  });
}

/** Removes a client, and records an event. FreeRADIUS forgets it within CLIENT_CACHE_SECONDS. Throws `notFound` (404) and `versionMismatch` (412). */
export async function removeClient(
  deps: RadiusDeps,
  origin: Origin,
  ids: { readonly serverId: string; readonly id: string },
  ifMatch?: string,
): Promise<RadiusClient> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, [`radius clients ${ids.serverId}`]);
    const client = await requireClient(transaction, { organizationId, ...ids });
    requireVersion(({ radiusServers }) => radiusServers.clientNamed(quote(client.name)), ifMatch, clientTag(client));
    await deleteClient(transaction, organizationId, client.id);
    await recordClientEvent(deps, transaction, origin, { type: 'radius_client_delete', client });
    return client;
  });
}

/** Returns the entity tag of a client, which a rotation of its secret changes, too. */
export function clientTag(client: RadiusClient): string {
  const { id, name, networkKey, sealedSecret, next, isInsecure, modifiedAt } = client;
  return contentTag([id, name, networkKey, sealedSecret, next?.sealedSecret, next?.from, isInsecure, modifiedAt]);
}

function requireNetwork(text: string): ClientNetwork {
  const network = clientNetwork(text);
  const refuse = (say: (texts: Messages['radiusServers']) => string) =>
    new TranslatedError('invalidValue', ({ radiusServers }) => say(radiusServers), {
      attribute: 'network',
      value: text,
    });
  if (network === undefined) throw refuse((texts) => texts.network(quote(text)));
  const min = network.family === 4 ? IPV4_PREFIX_MIN : IPV6_PREFIX_MIN;
  if (network.prefix < min) throw refuse((texts) => texts.networkTooLarge(quote(network.text), min));
  return network;
}

/** Returns what a change claims. */
function claimOf(network: ClientNetwork | undefined, clientId: string | undefined) {
  return {
    networkKey: network?.key,
    clientId,
    taken: () => networkTaken(network?.text ?? ''),
  };
}

/** The error does not say whose client has the network, because it may be that of another organization. */
function networkTaken(text: string): TranslatedError {
  return new TranslatedError('conflict', ({ radiusServers }) => radiusServers.networkTaken(quote(text)), {
    attribute: 'network',
    value: text,
  });
}

function requireFreeName(all: readonly RadiusClient[], name: string, exceptId: string | undefined): void {
  if (!all.some((one) => one.id !== exceptId && fold(one.name) === fold(name))) return;
  throw new TranslatedError('conflict', ({ radiusServers }) => radiusServers.clientNameTaken(quote(name)), {
    attribute: 'name',
    value: name,
  });
}

function requireChangeTime(from: Date, now: Date): void {
  const at = from.toISOString();
  const refuse = (say: (texts: Messages['radiusServers']) => string) =>
    new TranslatedError('invalidValue', ({ radiusServers }) => say(radiusServers), {
      attribute: 'changeAt',
      value: at,
    });
  if (from.getTime() < now.getTime()) throw refuse((texts) => texts.changeAtPast(quote(at)));
  if (from.getTime() > now.getTime() + CHANGE_DAYS_MAX * DAY_MS) {
    throw refuse((texts) => texts.changeAtFar(quote(at), CHANGE_DAYS_MAX));
  }
}

async function recordClientEvent(
  deps: Pick<RadiusDeps, 'clock'>,
  transaction: Database,
  origin: Origin,
  { type, client, changes }: { type: EventType; client: RadiusClient; changes?: readonly FieldChange[] },
): Promise<void> {
  await recordEvent(transaction, deps.clock, origin, {
    type,
    target: { type: 'radius_client', id: client.id, name: client.name },
    ...(changes !== undefined && { changes }),
  });
}
