import { recordEvent } from '#audit/event-store.ts';
import type { EventType, FieldChange, Origin } from '#audit/event-types.ts';
import type { Clock } from '#base/clock.ts';
import { contentTag, requireMatch } from '#base/entity-tag.ts';
import { quote } from '#base/errors.ts';
import { fold } from '#base/fold.ts';
import { newId } from '#base/ids.ts';
import type { SecretBox } from '#base/secret-box.ts';
import { TranslatedError, type Messages } from '#base/translated-error.ts';
import { inTransaction, type Database } from '#database/database.ts';
import { lockNames } from '#database/locks.ts';
import { changeSecret, originOf, SECRET_MASK } from '#outbound/bound-secret.ts';
import { SECRET_MASK as EVENT_MASK } from '#scim/resource/secret-values.ts';
import type { ResourceSchemas } from '#scim/schema/resource-schema.ts';
import { AUTHORITY_DEFAULT, checkSettings } from './server-settings.ts';
import {
  deleteServer,
  findServer,
  insertServer,
  listServers,
  updateServer,
  type EntraSettings,
  type RadiusServer,
  type RadiusServerSettings,
} from './server-store.ts';

export interface RadiusDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** The schemas of the organization, in which the attribute with the object id is looked up. */
  readonly schemas: ResourceSchemas;
  /** Encrypts client secrets and shared secrets. */
  readonly secrets: SecretBox;
}

/** The maximum number of RADIUS servers of an organization. */
export const SERVERS_MAX = 50;

/** The settings of a server as a caller sends them. A field that is left out keeps its value, or gets its default in a new server. */
export interface ServerChange extends Partial<Omit<RadiusServerSettings, 'entra'>> {
  readonly entra?: Partial<Omit<EntraSettings, 'sealedClientSecret'>> & {
    /** The client secret in clear text; null for a public client. The mask of an answer keeps the stored secret. */
    readonly clientSecret?: string | null;
  };
}

/** The settings of a new server, which the caller did not send. */
const defaults: Omit<RadiusServerSettings, 'name'> = {
  identityProvider: 'directory',
  methods: ['pap', 'eapTtlsPap'],
  lockedAccounts: 'refuse',
  expiredPasswords: 'refuse',
  entra: {
    authorityUrl: AUTHORITY_DEFAULT,
    tenant: null,
    clientId: null,
    sealedClientSecret: null,
    objectIdAttribute: null,
    cacheSeconds: 0,
  },
};

/** Returns a server. Throws `notFound` (404) if the organization has no server with the id. */
export async function requireServer(database: Database, organizationId: string, id: string): Promise<RadiusServer> {
  const found = await findServer(database, organizationId, id);
  if (found !== undefined) return found;
  throw new TranslatedError('notFound', ({ radiusServers }) => radiusServers.unknown(quote(id)), {
    attribute: 'id',
    value: id,
  });
}

/** Returns the server with an id or a name, ignoring letter case. Throws `notFound` (404), with a list of the servers. */
export async function requireServerNamed(
  database: Database,
  organizationId: string,
  nameOrId: string,
): Promise<RadiusServer> {
  const all = await listServers(database, organizationId);
  const found = all.find(({ id, name }) => id === nameOrId || fold(name) === fold(nameOrId));
  if (found !== undefined) return found;
  const names = all.map(({ name }) => quote(name)).join(', ');
  throw new TranslatedError('notFound', ({ radiusServers }) => radiusServers.unknownAmong(quote(nameOrId), names), {
    attribute: 'server',
    value: nameOrId,
  });
}

/**
 * Creates a RADIUS server, and records an event. It refuses all people until it has a client and a group. Throws `conflict` (409) if another
 * server of the organization has the name, or if it has SERVERS_MAX servers, and `invalidValue` (400) for settings that cannot work.
 *
 * @example
 * await createServer(deps, origin, { name: 'Office Wi-Fi', methods: ['eapTtlsPap'] });
 */
export async function createServer(
  deps: RadiusDeps,
  origin: Origin,
  draft: ServerChange & { readonly name: string },
): Promise<RadiusServer> {
  const { organizationId } = origin;
  const at = deps.clock.now();
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['radius servers']);
    const all = await listServers(transaction, organizationId);
    if (all.length >= SERVERS_MAX) {
      throw new TranslatedError('conflict', ({ radiusServers }) => radiusServers.tooMany(SERVERS_MAX));
    }
    requireFreeName(all, draft.name, undefined);
    const settings = changedSettings(deps, { ...defaults, name: draft.name }, draft);
    const server = { ...settings, id: newId(deps.clock), organizationId, createdAt: at, modifiedAt: at };
    await insertServer(transaction, server);
    await recordServerEvent(deps, transaction, origin, { type: 'radiusserver_create', server });
    return server;
  });
}

/**
 * Changes the settings of a server, and records an event. The identity provider can be changed at any time. A change of the authority or of
 * the tenant deletes the client secret, which was entered for the former one. Throws `notFound` (404), `versionMismatch` (412) if `ifMatch`
 * names another version than `serverTag` returns, and the errors of `createServer`.
 */
export async function changeServer(
  deps: RadiusDeps,
  origin: Origin,
  id: string,
  change: ServerChange,
  ifMatch?: string,
): Promise<RadiusServer> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['radius servers']);
    const before = await requireServer(transaction, organizationId, id);
    requireVersion(({ radiusServers }) => radiusServers.named(quote(before.name)), ifMatch, serverTag(before));
    const after = { ...before, ...changedSettings(deps, before, change) };
    requireFreeName(await listServers(transaction, organizationId), after.name, id);
    const changes = settingChanges(before, after);
    if (changes.length === 0) return before;
    const server = { ...after, modifiedAt: deps.clock.now() };
    await updateServer(transaction, server);
    await recordServerEvent(deps, transaction, origin, { type: 'radiusserver_update', server, changes });
    return server;
  });
}

/** Deletes a server with its clients, and records an event. Throws `notFound` (404) and `versionMismatch` (412) like `changeServer`. */
export async function removeServer(
  deps: RadiusDeps,
  origin: Origin,
  id: string,
  ifMatch?: string,
): Promise<RadiusServer> {
  const { organizationId } = origin;
  return await inTransaction(deps.database, async (transaction) => {
    await lockNames(transaction, organizationId, ['radius servers']);
    const server = await requireServer(transaction, organizationId, id);
    requireVersion(({ radiusServers }) => radiusServers.named(quote(server.name)), ifMatch, serverTag(server));
    await deleteServer(transaction, organizationId, id);
    await recordServerEvent(deps, transaction, origin, { type: 'radiusserver_delete', server });
    return server;
  });
}

/** Returns the entity tag of a server's settings. Its clients and groups have their own. */
export function serverTag(server: RadiusServer): string {
  const { id, name, identityProvider, methods, lockedAccounts, expiredPasswords, entra, modifiedAt } = server;
  const { authorityUrl, tenant, clientId, sealedClientSecret, objectIdAttribute, cacheSeconds } = entra;
  const settings = [id, name, identityProvider, methods, lockedAccounts, expiredPasswords, modifiedAt];
  return contentTag([settings, authorityUrl, tenant, clientId, sealedClientSecret, objectIdAttribute, cacheSeconds]);
}

/** Throws `versionMismatch` (412) if If-Match names other versions than the stored one. */
export function requireVersion(what: (messages: Messages) => string, ifMatch: string | undefined, tag: string): void {
  requireMatch(what, ifMatch, tag);
}

/** Records an event about a server. */
export async function recordServerEvent(
  deps: Pick<RadiusDeps, 'clock'>,
  transaction: Database,
  origin: Origin,
  { type, server, changes }: { type: EventType; server: RadiusServer; changes?: readonly FieldChange[] },
): Promise<void> {
  await recordEvent(transaction, deps.clock, origin, {
    type,
    target: { type: 'radius_server', id: server.id, name: server.name },
    ...(changes !== undefined && { changes }),
  });
}

function requireFreeName(all: readonly RadiusServer[], name: string, exceptId: string | undefined): void {
  if (!all.some((one) => one.id !== exceptId && fold(one.name) === fold(name))) return;
  throw new TranslatedError('conflict', ({ radiusServers }) => radiusServers.nameTaken(quote(name)), {
    attribute: 'name',
    value: name,
  });
}

/** Applies a change to settings. Throws `invalidValue` (400) for settings that cannot work. */
function changedSettings(deps: RadiusDeps, before: RadiusServerSettings, change: ServerChange): RadiusServerSettings {
  const { entra: sent = {}, ...others } = change;
  const { clientSecret, ...sentEntra } = sent;
  const entra = checkedEntra(before.entra, withoutUndefined(sentEntra));
  const saved = before.entra.sealedClientSecret ?? undefined;
  const { value } = changeSecret({
    name: 'clientSecret',
    saved,
    given: clientSecret,
    before: destinationsOf(before.entra),
    after: destinationsOf(entra),
  });
  const sealedClientSecret = value === undefined ? null : value === saved ? value : deps.secrets.seal(value);
  const after = { ...before, ...withoutUndefined(others), entra: { ...entra, sealedClientSecret } };
  return checkSettings(deps.schemas.User, after);
}

function checkedEntra(before: EntraSettings, sent: Partial<EntraSettings>): EntraSettings {
  const after = { ...before, ...sent };
  return { ...after, authorityUrl: withoutEndingSlashes(after.authorityUrl) };
}

/** A path is appended to the URL. */
function withoutEndingSlashes(url: string): string {
  let end = url.length;
  while (url.charAt(end - 1) === '/') end -= 1;
  return url.slice(0, end);
}

function withoutUndefined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value;
}

/** The places that a client secret is sent to. It was entered for them. */
function destinationsOf({ authorityUrl, tenant }: EntraSettings) {
  return { authorityUrl: originOf(authorityUrl), tenant: tenant?.toLowerCase() };
}

/** Returns the client secret of a server for an answer: the mask, or null if it has none. */
export function shownClientSecret({ entra }: RadiusServer): string | null {
  return entra.sealedClientSecret === null ? null : SECRET_MASK;
}

const eventFields = [
  'name',
  'identityProvider',
  'methods',
  'lockedAccounts',
  'expiredPasswords',
] as const satisfies readonly (keyof RadiusServerSettings)[];
const entraFields = [
  'authorityUrl',
  'tenant',
  'clientId',
  'objectIdAttribute',
  'cacheSeconds',
] as const satisfies readonly (keyof EntraSettings)[];

function settingChanges(before: RadiusServerSettings, after: RadiusServerSettings): readonly FieldChange[] {
  const compared = [
    ...eventFields.map((field) => ({ field, from: before[field], to: after[field] })),
    ...entraFields.map((field) => ({ field, from: before.entra[field], to: after.entra[field] })),
  ];
  const masked = (sealed: string | null) => (sealed === null ? null : EVENT_MASK);
  const [from, to] = [before.entra.sealedClientSecret, after.entra.sealedClientSecret];
  return [
    ...compared.filter((one) => JSON.stringify(one.from) !== JSON.stringify(one.to)),
    ...(from === to ? [] : [{ field: 'clientSecret', from: masked(from), to: masked(to) }]),
  ];
}
