import { AppError } from '#base/errors.ts';
import { startRenewal, type Renewal } from '#base/renewal.ts';
import { releaseLeases, acquireLeases } from '#database/lease-store.ts';
import { pause } from '../wire/pause.ts';
import type { EngineDeps } from './engine-deps.ts';

/** How long a process that died keeps its objects from the others. */
const LEASE_MS = 30_000;
const LEASE_RENEWED_MS = 10_000;
const POLL_MS = 100;

/** Objects of a job that are worked on here, and nowhere else: by a cycle those of a page, on demand the one that is named. */
export interface ObjectLeases {
  /** Waits until nobody else works on these objects. Throws conflict when that takes too long, NoAnswer `closed` when it is cut. */
  readonly hold: (sourceIds: readonly string[]) => Promise<void>;
  /** Gives back what is held. */
  readonly release: () => Promise<void>;
}

/** `holder` is one for all cycles of a job, of which there is one at a time: so one that goes on has what it had. */
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
          throw new AppError('conflict', 'A cycle, or Provision on demand, works on the same object: try again.');
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
