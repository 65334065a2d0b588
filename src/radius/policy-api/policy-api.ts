import type { ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import fastify, { LogController, type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import { AppError } from '#base/errors.ts';
import type { Log } from '#base/log.ts';
import { unmapped } from '#base/network.ts';
import { systemTimer, type Timer } from '#base/timer.ts';
import type { AttemptDecision, RadiusPolicy } from '../radius-types.ts';
import { isAuthorized } from './api-token.ts';
import { readAttempt, type SentAttempt } from './read-attempt.ts';
import { acceptBody, clientBody, rejectBody } from './reply-body.ts';

/** Only the engine on this machine may ask. */
const HOST = '127.0.0.1';

/**
 * The maximum size of a request. A tunnel carries up to 16,384 bytes, and the engine writes each as up to six characters, with about
 * 60 characters for each of up to 200 attributes.
 */
export const BODY_BYTES_MAX = 131_072;

/** A decision that takes longer is abandoned with silence, before the engine's own timeout of six seconds. */
export const DECISION_MAX_MS = 5_500;

export interface PolicyApiOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** The token that the engine sends. See `loadApiToken`. */
  readonly token: string;
  readonly log: Pick<Log, 'error' | 'warn'>;
  readonly timer?: Timer;
}

export interface PolicyApi {
  readonly port: number;
  /** Stops accepting questions, and waits for the decisions under way. */
  readonly stop: () => Promise<void>;
}

/**
 * Answers the engine's questions on a loopback port: GET /radius/v1/clients/:address and POST /radius/v1/authenticate. Never logs a body,
 * which contains a password. Every fault of ours is an answer with a status of 500 or more, for which the engine stays silent.
 *
 * Rejects with `configuration` if the port cannot be used.
 *
 * @param policy the decisions
 * @param options the port, the token and the log
 * @example
 * const api = await servePolicyApi(policy, { port: config.radiusApiPort, token: loadApiToken(config.dataDir), log });
 * await api.stop();
 */
export async function servePolicyApi(policy: RadiusPolicy, options: PolicyApiOptions): Promise<PolicyApi> {
  const app = createServer(options);
  const openAnswers = new OpenAnswers();
  app.addHook('onRequest', (_request, reply, done) => {
    openAnswers.add(reply.raw);
    done();
  });
  app.get('/radius/v1/clients/:address', async (request, reply) => {
    const { address } = z.strictObject({ address: z.string() }).parse(request.params);
    const plain = unmapped(address);
    const client = isIP(plain) === 0 ? undefined : await policy.clientAt(plain);
    return client === undefined ? reply.code(404).send({}) : reply.send(clientBody(client));
  });
  app.post('/radius/v1/authenticate', async (request, reply) => {
    const sent = readAttempt(request.body);
    const decision = await withDeadline(decide(policy, sent), options);
    if (decision.kind === 'accept' && sent.method === 'unsupported') {
      throw new Error('The policy accepted an attempt whose password the engine could not read.');
    }
    return answer(reply, decision);
  });
  await listen(app, options);
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: async () => {
      const closed = app.close();
      await openAnswers.allSent();
      // The engine keeps connections open, some of which it has not used yet, so that they do not count as idle.
      app.server.closeAllConnections();
      await closed;
    },
  };
}

/** The answers that have not been sent yet. */
class OpenAnswers {
  readonly #open = new Set<ServerResponse>();
  #whenSent: (() => void) | undefined;

  add(answer: ServerResponse): void {
    this.#open.add(answer);
    // Emitted after the answer was sent, and if the engine gave up.
    answer.once('close', () => {
      this.#open.delete(answer);
      if (this.#open.size === 0) this.#whenSent?.();
    });
  }

  async allSent(): Promise<void> {
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#whenSent = resolve;
    await promise;
  }
}

/** A request of the probe names the address of a client instead of its id. */
async function decide(policy: RadiusPolicy, { clientId, ...attempt }: SentAttempt): Promise<AttemptDecision> {
  const id = clientId ?? (await policy.clientAt(attempt.address))?.id;
  return id === undefined ? { kind: 'silence' } : await policy.decide({ ...attempt, clientId: id });
}

async function withDeadline(
  deciding: Promise<AttemptDecision>,
  { log, timer = systemTimer }: PolicyApiOptions,
): Promise<AttemptDecision> {
  const waiting = new AbortController();
  const late = timer.sleep(DECISION_MAX_MS, waiting.signal).then(
    () => 'late' as const,
    () => 'ended' as const,
  );
  try {
    const first = await Promise.race([deciding, late]);
    if (typeof first === 'object') return first;
    log.error(`a RADIUS decision took longer than ${DECISION_MAX_MS / 1_000} seconds: the client gets no reply`);
    // A failure after this moment has no other observer.
    deciding.catch((error: unknown) => log.error({ err: error }, 'a RADIUS decision failed after its deadline'));
    return { kind: 'silence' };
  } finally {
    waiting.abort();
  }
}

function answer(reply: FastifyReply, decision: AttemptDecision): FastifyReply {
  switch (decision.kind) {
    case 'accept':
      return reply.send(acceptBody(decision));
    case 'reject':
      // The engine reads the body of a 401, but not of a 403. Both refuse.
      return reply.code(decision.isLocked && decision.message === null ? 403 : 401).send(rejectBody(decision.message));
    case 'silence':
      return reply.code(503).send({});
  }
}

function createServer({ token, log }: PolicyApiOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: 'idle',
    // No route has a JSON Schema, and the compiler for them is large.
    schemaController: { compilersFactory: { buildValidator: refuseSchemas, buildSerializer: refuseSchemas } },
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (isAuthorized(request.headers.authorization, token)) {
      done();
      return;
    }
    log.error(
      'the policy API for RADIUS refused a request with a wrong token: restart "tanhua radius run" with the TANHUA_DATA_DIR of this server',
    );
    // Not 401, which the engine would read as a wrong password.
    reply.code(500).send({});
  });
  app.setNotFoundHandler((_request, reply) => reply.code(500).send({}));
  app.setErrorHandler((error, request, reply) => {
    log.error(
      faultFields(error),
      `the policy API for RADIUS failed (${request.method} ${request.routeOptions.url ?? ''})`,
    );
    return reply.code(500).send({});
  });
  return app;
}

/** The messages of zod and of Fastify's JSON parser can quote a value, which may be a password. */
function faultFields(error: unknown): object {
  if (error instanceof z.ZodError) {
    return { faults: error.issues.map(({ code, path }) => `${code} at ${path.join('.')}`) };
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isOfFastify = typeof code === 'string' && code.startsWith('FST_');
  return isOfFastify || error instanceof SyntaxError ? { code: code ?? 'invalid JSON' } : { err: error };
}

function refuseSchemas(): never {
  throw new Error('Requests are checked by zod: a route has no JSON Schema.');
}

async function listen(app: FastifyInstance, { port }: PolicyApiOptions): Promise<void> {
  try {
    await app.listen({ host: HOST, port });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'configuration',
      `The policy API for RADIUS cannot listen on port ${port} of ${HOST} (${reason}). Stop the program that uses the port, set TANHUA_RADIUS_API_PORT to another port, or set TANHUA_RADIUS=off.`,
      { cause: error },
    );
  }
}
