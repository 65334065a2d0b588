import type { FastifyBaseLogger } from 'fastify';
import { hashApiKey, isToken } from '#admins/api-key.ts';
import { authenticate, principalOf, type PresentedCredential, type Principal } from '#admins/authenticate.ts';
import { findKeyByHash, updateLastUsed, type KeyUse } from '#admins/api-key-store.ts';
import type { KeyRecord } from '#admins/key-record.ts';
import { findEndedKey } from '#admins/ended-key-store.ts';
import { findSessionByHash, touchSession } from '#admins/session-store.ts';
import { assert } from '#base/errors.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { findIntegration, updateLastRequest, type Integration } from '#integrations/integration-store.ts';

/** The precision of the recorded times "last used" and "last request". A finer precision would cost a disk write for each request. */
export const LAST_USE_PRECISION_MS = 60_000;

interface CachedCredential {
  readonly record: KeyRecord | undefined;
  readonly integration: Integration | undefined;
}

/** The principal that a credential identifies, and the integration whose rules apply to its SCIM requests. */
export interface IdentifiedCaller {
  readonly principal: Principal;
  readonly integration: Integration;
}

interface LastUse {
  readonly at: number;
  readonly flagged: boolean | null;
}

/** Identifies callers by their credentials. Keys are cached in memory until the configuration changes. */
export class Credentials {
  readonly #deps: DirectoryDeps;
  readonly #cache: ConfigurationCache<CachedCredential>;
  /** Keyed by the id of the API key. */
  readonly #lastUses = new Map<string, LastUse>();

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
    this.#cache = new ConfigurationCache(deps.database, deps.clock);
  }

  /** Like `read`, but only from the cache; returns undefined if the credential is not cached. Throws the errors of `authenticate`. */
  readCached({ key, clientIp }: PresentedCredential): IdentifiedCaller | undefined {
    const known = key === undefined ? undefined : this.#cache.peek(hashApiKey(key));
    if (known?.record === undefined || known.integration === undefined) return undefined;
    return { principal: principalOf(known.record, this.#deps.clock, clientIp), integration: known.integration };
  }

  /** Identifies the caller by its credential, from the cache or from the database. Throws the errors of `authenticate`. */
  async read(presented: PresentedCredential): Promise<IdentifiedCaller> {
    let found: Integration | undefined;
    const principal = await authenticate(
      this.#deps.clock,
      async (hash) => {
        const { record, integration } = await this.#cache.read(hash, () =>
          this.#load(hash, isToken(presented.key ?? '')),
        );
        found = integration;
        return record;
      },
      presented,
    );
    assert(found, 'every organization has an integration');
    return { principal, integration: found };
  }

  /** True if this use has to be recorded: the last recorded use is at least `precisionMs` ago, or `flagged` is not what is known of its source. */
  isNoteDue(
    principal: Principal,
    integration: Integration | undefined,
    flagged: boolean,
    precisionMs = LAST_USE_PRECISION_MS,
  ): boolean {
    const isPushed = principal.user === null && integration !== undefined;
    // Sessions are not remembered: there are many, and each request reads its session from the database anyway.
    const known = principal.credential === 'key' ? this.#lastUses.get(principal.keyId) : undefined;
    const last = known ?? {
      at: Math.min(principal.lastUsedAt ?? 0, isPushed ? (integration.lastRequestAt?.getTime() ?? 0) : Infinity),
      flagged: integration?.lastRequestFlagged ?? null,
    };
    const sameFlag = !isPushed || last.flagged === flagged;
    return !sameFlag || this.#deps.clock.now().getTime() - last.at >= precisionMs;
  }

  /**
   * Records when a credential and its integration were last used. Requests that a user sends with their own credential do not
   * count as requests of the integration.
   */
  async noteUse(
    principal: Principal,
    integration: Integration | undefined,
    use: KeyUse & { readonly flagged: boolean; readonly precisionMs?: number | undefined },
    log: FastifyBaseLogger,
  ) {
    const { database, clock } = this.#deps;
    const { flagged, precisionMs } = use;
    if (!this.isNoteDue(principal, integration, flagged, precisionMs)) return;
    const now = clock.now();
    const isPushed = principal.user === null && integration !== undefined;
    if (principal.credential === 'key') this.#lastUses.set(principal.keyId, { at: now.getTime(), flagged });
    try {
      if (principal.credential === 'session') await touchSession(database, principal.keyId, now);
      else await updateLastUsed(database, principal.keyId, now, { ...use, isScim: isPushed });
      if (isPushed) await updateLastRequest(database, integration.id, now, flagged);
    } catch (error) {
      // The time is only shown to administrators. A request that only reads must not fail because the disk is busy.
      log.warn({ err: error }, 'the time of the last request could not be recorded');
    }
  }

  async #load(hash: string, token: boolean): Promise<{ value: CachedCredential; keep: boolean }> {
    const { database } = this.#deps;
    const record = token
      ? await findSessionByHash(database, hash)
      : ((await findKeyByHash(database, hash)) ?? (await findEndedKey(database, hash)));
    // A key that is not bound to an integration acts for the organization's first integration.
    const integration = record && (await findIntegration(database, record.organizationId, record.integrationId));
    // Unknown keys are not cached: they would fill the memory. Nor is a user's own token: the user can be suspended at any moment.
    return {
      value: { record, integration },
      keep: record?.credential === 'key' && record.user === null && record.ended === null,
    };
  }
}
