import { AppError } from '#base/errors.ts';

/** The maximum number of previews of one organization that a process calculates at the same time. */
export const ORGANIZATION_PREVIEWS_MAX = 1;
/**
 * The maximum number of previews that a process calculates at the same time. Each takes a transaction for each of hundreds of requests, and
 * on PostgreSQL a connection, which other requests need too.
 */
export const PREVIEWS_MAX = 4;
/** The seconds after which a refused client is asked to try again. A preview takes a few seconds. */
export const PREVIEW_RETRY_SECONDS = 5;

/** Limits the previews that run at the same time, so that those of one organization neither delay nor prevent those of others. */
export class PreviewLimit {
  readonly #running = new Map<string, number>();

  /**
   * Runs a preview of an organization. Throws `tooManyPreviews` (429) if too many are running.
   *
   * @example
   * const preview = await limit.run(organizationId, () => previewRules(context, integration, rules));
   */
  async run<Result>(organizationId: string, work: () => Promise<Result>): Promise<Result> {
    const own = this.#running.get(organizationId) ?? 0;
    if (own >= ORGANIZATION_PREVIEWS_MAX) {
      throw tooMany('The server is still calculating another preview of rules for this organization');
    }
    if (this.#running.values().reduce((sum, count) => sum + count, 0) >= PREVIEWS_MAX) {
      throw tooMany(`The server is already calculating ${PREVIEWS_MAX} previews of rules for other organizations`);
    }
    this.#running.set(organizationId, own + 1);
    try {
      return await work();
    } finally {
      const left = (this.#running.get(organizationId) ?? 1) - 1;
      if (left === 0) this.#running.delete(organizationId);
      else this.#running.set(organizationId, left);
    }
  }
}

function tooMany(reason: string): AppError {
  return new AppError('tooManyPreviews', `${reason}: try again in ${PREVIEW_RETRY_SECONDS} seconds.`, {
    retryAfterSeconds: PREVIEW_RETRY_SECONDS,
  });
}
