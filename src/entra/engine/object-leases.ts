import { startRenewal, type Renewal } from '#base/renewal.ts';
import { releaseLeases, acquireLeases } from '#database/lease-store.ts';
import { pause } from '../wire/pause.ts';
import { StandInError } from '../texts/refusals/stand-in-error.ts';
import type { EngineDeps } from './engine-deps.ts';

/** How long the objects of a crashed process stay locked for other processes. */
const LEASE_MS = 30_000;
const LEASE_RENEWED_MS = 10_000;
const POLL_MS = 100;

/**
 * Exclusive leases on source objects of a job, so that no other process or run works on the objects. A cycle holds the leases of the
 * objects in its page, and Provision on demand holds the lease of its object.
 */
export interface ObjectLeases {
  /**
   * Resolves when the leases of all given objects are held. Throws `conflict` after `waitMaxMs`, and NoAnswer `closed` if `cut` is
   * aborted.
   */
  readonly hold: (sourceIds: readonly string[]) => Promise<void>;
  /** Releases all leases that are held. */
  readonly release: () => Promise<void>;
}

/**
 * Creates the leases of one run. All cycles of a job have the same `holder`, because only one cycle of a job runs at a time. A resumed
 * cycle therefore gets the leases of the interrupted cycle without waiting.
 */
export function createObjectLeases(
  { database, clock, log }: EngineDeps,
  jobId: string,
  {
    holder,
    waitMaxMs,
    cut = new AbortController().signal,
  }: { readonly holder: string; readonly waitMaxMs: number; readonly cut?: AbortSignal | undefined },
): ObjectLeases {
  const held = new Set<string>();
  let renewal: Renewal | undefined;
  const take = async (names: readonly string[]) =>
    await acquireLeases(database, names, { holder, now: clock.now(), durationMs: LEASE_MS });
  const renew = async () => {
    try {
      await take([...held]);
    } catch (error) {
      log.warn({ err: error, jobId }, 'the leases of objects could not be renewed');
    }
  };
  return {
    hold: async (sourceIds) => {
      renewal ??= startRenewal(renew, LEASE_RENEWED_MS);
      const missing = new Set(sourceIds.map((id) => `entra ${jobId} ${id}`));
      for (let waited = 0; ; waited += POLL_MS) {
        for (const name of await take([...missing])) {
          held.add(name);
          missing.delete(name);
        }
        if (missing.size === 0) return;
        if (waited >= waitMaxMs) {
          throw new StandInError('conflict', ({ onDemand }) => onDemand.busy);
        }
        await pause(POLL_MS, cut);
      }
    },
    release: async () => {
      await renewal?.stop();
      renewal = undefined;
      const names = [...held];
      held.clear();
      await releaseLeases(database, names, holder);
    },
  };
}
