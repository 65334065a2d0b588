import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { scopeTo } from '#database/database.ts';
import { CountedRequestWriter } from '#request-log/counted-requests.ts';
import type { Timer } from '#base/timer.ts';

/** Logs the requests that no transaction of a change or of a refusal has stored: reads, and requests whose content is not kept. */
export class RequestWriter {
  readonly #counted: CountedRequestWriter;
  /** The requests that are being stored after their responses. */
  readonly #storing = new Set<Promise<void>>();

  constructor(log: Pick<FastifyBaseLogger, 'warn'>, timer?: Timer) {
    this.#counted = new CountedRequestWriter(log, timer);
  }

  /** Logs a request after its response was sent. A request whose organization is unknown is not logged. */
  async note(request: FastifyRequest, status: number): Promise<void> {
    const { scimRecord: record, scimAccess: access } = request;
    if (record === undefined) return;
    const origin = request.scimCaller?.origin ?? record.origin;
    const mode = record.settings?.requestLog;
    if (record.isKept || origin === undefined || access === undefined || mode === undefined || mode === 'off') return;
    const { outcome, reason } = record;
    if (mode !== 'all' || outcome !== 'accepted') {
      this.#counted.note(access.deps.database, record.summary(origin, { outcome, status, reason }));
      return;
    }
    const database = scopeTo(access.deps.database, origin.organizationId);
    const exchange = { outcome, status, target: record.target, answer: record.answerText };
    const storing = record.keep(database, origin, exchange).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the request could not be stored');
    });
    this.#storing.add(storing);
    await storing;
    this.#storing.delete(storing);
  }

  /** Writes the waiting requests, and waits for those that are being stored. */
  async close(): Promise<void> {
    await Promise.all(this.#storing);
    await this.#counted.close();
  }
}
