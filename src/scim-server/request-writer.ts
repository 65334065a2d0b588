import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { scopeTo } from '#database/database.ts';
import { CountedRequestWriter } from '#request-log/counted-requests.ts';
import type { Timer } from '#base/timer.ts';

/** Logs the requests that no transaction of a change or of a refusal has stored: reads, and requests whose content is not kept. */
export class RequestWriter {
  readonly #counted: CountedRequestWriter;

  constructor(log: Pick<FastifyBaseLogger, 'warn'>, timer?: Timer) {
    this.#counted = new CountedRequestWriter(log, timer);
  }

  /** Logs a request after its response was sent. A request whose organization is unknown is not logged. */
  async note(request: FastifyRequest, status: number): Promise<void> {
    const { scimRecord: record, scimAccess: access } = request;
    const origin = request.scimCaller?.origin ?? record.origin;
    const mode = record.settings?.requestLog;
    if (record.isKept || origin === undefined || access === undefined || mode === undefined || mode === 'off') return;
    const { outcome, reason } = record;
    if (mode !== 'all' || outcome !== 'accepted') {
      this.#counted.note(access.deps.database, record.summary(origin, { outcome, status, reason }));
      return;
    }
    try {
      const database = scopeTo(access.deps.database, origin.organizationId);
      await record.keep(database, origin, { outcome, status, target: record.target, answer: record.answerText });
    } catch (error) {
      request.log.warn({ err: error }, 'the request could not be stored');
    }
  }

  /** Writes the waiting requests. */
  async close(): Promise<void> {
    await this.#counted.close();
  }
}
