import type { FastifyBaseLogger } from 'fastify';
import { hashApiKey, isToken } from '#admins/api-key.ts';
import { authenticate, principalOf, type Presented, type Principal } from '#admins/authenticate.ts';
import { findKeyByHash, updateLastUsed, type KeyUse } from '#admins/api-key-store.ts';
import type { KeyRecord } from '#admins/key-record.ts';
import { findEndedKey } from '#admins/ended-key-store.ts';
import { findSessionByHash, touchSession } from '#admins/session-store.ts';
import { assert } from '#base/errors.ts';
import { ConfigurationCache } from '#database/configuration-cache.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { findIntegration, updateLastRequest, type Integration } from '#integrations/integration-store.ts';

/** How exact "last used" and "last request" are: each request would otherwise cost a write to the disk. */
export const LAST_USE_PRECISION_MS = 60_000;

interface Known {
  readonly record: KeyRecord | undefined;
  readonly integration: Integration | undefined;
}

/** Who sends a request, and by which integration's rules. */
export interface Identified {
  readonly principal: Principal;
  readonly integration: Integration;
}

interface LastUse {
  readonly at: number;
  readonly flagged: boolean | null;
}

/** Who sends a request, and by which integration's rules: kept in memory until the configuration changes. */
export class Credentials {
  readonly #deps: DirectoryDeps;
  readonly #cache: ConfigurationCache<Known>;
  /** By the id of the key. */
  readonly #lastUses = new Map<string, LastUse>();

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
    this.#cache = new ConfigurationCache(deps.database, deps.clock);
  }

  /** What `read` finds, where all of it is in memory. Throws what `authenticate` throws. */
  known({ key, clientIp }: Presented): Identified | undefined {
    const known = key === undefined ? undefined : this.#cache.known(hashApiKey(key));
    if (known?.record === undefined || known.integration === undefined) return undefined;
    return { principal: principalOf(known.record, this.#deps.clock, clientIp), integration: known.integration };
  }

  /** Throws what `authenticate` throws. */
  async read(presented: Presented): Promise<Identified> {
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

  /** Whether this use is to be noted: the last note is too old, or tells another flag. */
  isNoteDue(
    principal: Principal,
    integration: Integration | undefined,
    flagged: boolean,
    precisionMs = LAST_USE_PRECISION_MS,
  ): boolean {
    const isPushed = principal.user === null && integration !== undefined;
    // A session is read anew each time, and there are many of them.
    const known = principal.credential === 'key' ? this.#lastUses.get(principal.keyId) : undefined;
    const last = known ?? {
      at: Math.min(principal.lastUsedAt ?? 0, isPushed ? (integration.lastRequestAt?.getTime() ?? 0) : Infinity),
      flagged: integration?.lastRequestFlagged ?? null,
    };
    const sameFlag = !isPushed || last.flagged === flagged;
    return !sameFlag || this.#deps.clock.now().getTime() - last.at >= precisionMs;
  }

  /** Notes when a key and its integration were last used. What users do is none of their integration's doing. */
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
      // A note for people: a busy disk must not fail a request that only reads.
      log.warn({ err: error }, 'the last request could not be noted');
    }
  }

  async #load(hash: string, token: boolean): Promise<{ value: Known; keep: boolean }> {
    const { database } = this.#deps;
    const record = token
      ? await findSessionByHash(database, hash)
      : ((await findKeyByHash(database, hash)) ?? (await findEndedKey(database, hash)));
    // A key that is bound to no integration drives the organization's first one.
    const integration = record && (await findIntegration(database, record.organizationId, record.integrationId));
    // Unknown keys would fill the memory; of a user's own token the user may be suspended at any moment.
    return {
      value: { record, integration },
      keep: record?.credential === 'key' && record.user === null && record.ended === null,
    };
  }
}
