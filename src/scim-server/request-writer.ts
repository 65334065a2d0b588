import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Timer } from '#base/timer.ts';
import { scopeTo } from '#database/database.ts';
import { CountedRequestWriter } from '#request-log/counted-requests.ts';

/** Logs the requests that no transaction of a change or of a refusal has stored: reads, and requests whose content is not kept. */
export class RequestWriter {
  readonly #counted: CountedRequestWriter;
  /** The requests that are being stored after their responses. */
  readonly #storing = new Set<Promise<void>>();

  constructor(log: Pick<FastifyBaseLogger, 'warn'>, timer?: Timer) {
    this.#counted = new CountedRequestWriter(log, timer);
  }

  /**
   * Logs a request after its response was sent; each operation of a bulk request as a separate request. A request whose organization is
   * unknown is not logged.
   */
  async note(request: FastifyRequest, status: number): Promise<void> {
    const { scimRecord: record, scimAccess: access } = request;
    const origin = request.scimCaller?.origin ?? record?.origin;
    const mode = record?.settings?.requestLog;
    if (record === undefined || origin === undefined || access === undefined || mode === undefined) return;
    if (mode === 'off') return;
    const { database } = access.deps;
    for (const result of record.results(status)) {
      if (result.isKept) continue;
      const count = () => this.#counted.note(database, record.summary(origin, result));
      const isKeptNow = mode === 'all' && result.outcome === 'accepted' && result.operation === undefined;
      if (!isKeptNow) {
        count();
        continue;
      }
      const { outcome } = result;
      const { target, answerText: answer, rulesOfRead: rules } = record;
      const exchange = { outcome, status, target, answer, rules };
      const own = scopeTo(database, origin.organizationId);
      const storing = record.keep(own, origin, exchange).catch((error: unknown) => {
        request.log.warn({ err: error }, 'the request could not be stored');
        count();
      });
      this.#storing.add(storing);
      await storing;
      this.#storing.delete(storing);
    }
  }

  /** Writes the waiting requests, and waits for those that are being stored. */
  async close(): Promise<void> {
    await Promise.all(this.#storing);
    await this.#counted.close();
  }
}
