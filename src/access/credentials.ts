import type { FastifyBaseLogger } from 'fastify';
import { isToken } from '#admins/api-key.ts';
import { authenticate, type Presented, type Principal } from '#admins/authenticate.ts';
import { findKeyByHash, updateLastUsed, type KeyRecord, type KeyUse } from '#admins/api-key-store.ts';
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

  /** Throws what `authenticate` throws. */
  async read(presented: Presented): Promise<{ readonly principal: Principal; readonly integration: Integration }> {
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

  /** Notes when a key and its integration were last used. What users do is none of their integration's doing. */
  async noteUse(
    principal: Principal,
    integration: Integration | undefined,
    use: KeyUse & { readonly flagged: boolean; readonly precisionMs?: number | undefined },
    log: FastifyBaseLogger,
  ) {
    const { database, clock } = this.#deps;
    const now = clock.now();
    const { flagged, precisionMs = LAST_USE_PRECISION_MS } = use;
    const isPushed = principal.user === null && integration !== undefined;
    // A session is read anew each time, and there are many of them.
    const isKept = principal.credential === 'key';
    const last = (isKept ? this.#lastUses.get(principal.keyId) : undefined) ?? {
      at: Math.min(principal.lastUsedAt ?? 0, isPushed ? (integration.lastRequestAt?.getTime() ?? 0) : Infinity),
      flagged: integration?.lastRequestFlagged ?? null,
    };
    const sameFlag = !isPushed || last.flagged === flagged;
    if (now.getTime() - last.at < precisionMs && sameFlag) return;
    if (isKept) this.#lastUses.set(principal.keyId, { at: now.getTime(), flagged });
    try {
      if (principal.credential === 'session') await touchSession(database, principal.keyId, now);
      else await updateLastUsed(database, principal.keyId, now, use);
      if (isPushed) await updateLastRequest(database, integration.id, now, flagged);
    } catch (error) {
      // A note for people: a busy disk must not fail a request that only reads.
      log.warn({ err: error }, 'the last request could not be noted');
    }
  }

  async #load(hash: string, token: boolean): Promise<{ value: Known; keep: boolean }> {
    const { database } = this.#deps;
    const record = token ? await findSessionByHash(database, hash) : await findKeyByHash(database, hash);
    // A key that is bound to no integration drives the organization's first one.
    const integration = record && (await findIntegration(database, record.organizationId, record.integrationId));
    // Unknown keys would fill the memory; of a user's own token the user may be suspended at any moment.
    return { value: { record, integration }, keep: record?.credential === 'key' && record.user === null };
  }
}
