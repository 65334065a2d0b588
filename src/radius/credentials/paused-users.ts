import type { Timer } from '#base/timer.ts';

/** How long no sign-in of a user is sent after Entra ID locked the account (AADSTS50053): each further attempt could prolong the lock. */
export const LOCKED_USER_PAUSE_MS = 60_000;
/** The maximum number of users who are paused. The one whose pause began first is forgotten first. */
export const PAUSED_USERS_MAX = 10_000;

/** Users whom Entra ID locked, each until the pause ends. */
export class PausedUsers {
  readonly #timer: Pick<Timer, 'nowMs'>;
  readonly #untilMs = new Map<string, number>();

  constructor(timer: Pick<Timer, 'nowMs'>) {
    this.#timer = timer;
  }

  has(user: string): boolean {
    const untilMs = this.#untilMs.get(user);
    if (untilMs === undefined || untilMs > this.#timer.nowMs()) return untilMs !== undefined;
    this.#untilMs.delete(user);
    return false;
  }

  add(user: string): void {
    this.#untilMs.delete(user);
    this.#untilMs.set(user, this.#timer.nowMs() + LOCKED_USER_PAUSE_MS);
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size > PAUSED_USERS_MAX && oldest !== undefined) this.#untilMs.delete(oldest);
  }
}
