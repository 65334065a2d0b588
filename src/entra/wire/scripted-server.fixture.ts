import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock } from '#base/clock.ts';
import type { Faults } from '../application/application.ts';
import { loopbackAccess } from './loopback-access.fixture.ts';
import type { TargetClientOptions } from './connection-options.ts';

/** A request that the server received. */
export interface Received {
  readonly line: string;
  readonly headers: readonly (readonly [string, string])[];
  body: string;
  /** The number of pieces in which the body arrived. */
  pieces: number;
  /** True if the client closed the connection before the end of the request. */
  isCut: boolean;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves when `count` requests have ended, because they were complete or the connection was closed. */
  readonly settled: (count: number) => Promise<void>;
}

/** Returns the response to a request: status, body and headers, or a function that writes the response. */
export type Script = (received: Received, index: number) => Scripted;
export type Scripted =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse) => void);

/**
 * Starts a server in this process on a free port. The server records the requests, and responds as the script says.
 *
 * @example
 * await using server = await startScriptedServer(({ line }) => (line.startsWith('POST') ? { status: 500 } : { body: listOf() }));
 */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const received: Received[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let ended = 0;
  const end = () => {
    ended += 1;
    for (const { count, resolve } of waiting) if (ended >= count) resolve();
  };
  const server = createServer((request, response) => {
    const one = begin(request);
    const index = received.push(one) - 1;
    request.on('data', (chunk: Buffer) => {
      one.body += chunk.toString();
      one.pieces += 1;
    });
    request.on('error', () => {
      one.isCut = true;
      end();
    });
    request.on('end', () => {
      end();
      answer(response, script(one, index));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    received,
    settled: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      if (ended >= count) resolve();
      await promise;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function begin(request: IncomingMessage): Received {
  const raw = request.rawHeaders;
  const headers = raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as const] : []));
  return { line: `${request.method} ${request.url}`, headers, body: '', pieces: 0, isCut: false };
}

function answer(response: ServerResponse, scripted: Scripted): void {
  if (typeof scripted === 'function') {
    scripted(response);
    return;
  }
  const { status = 200, body, headers = { 'content-type': 'application/scim+json' } } = scripted;
  response.writeHead(status, headers);
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
}

export const noFaults: Faults = {
  sendUserAgent: false,
  throttle: null,
  slowReadMs: 0,
  dropEvery: 0,
  duplicateEvery: 0,
  switchIsNull: false,
};

export const TOKEN = 'secret-token-of-the-tests';
export const fastRetries = { attemptsMax: 3, pauseMs: 1, retryAfterMaxMs: 5_000 };

type Changes = Partial<TargetClientOptions['settings']> &
  Partial<Pick<TargetClientOptions, 'secrets' | 'wireOptions' | 'clock' | 'timer'>>;

/** Returns options for a client of a Tenant URL. Pauses before retries are as short as possible. */
export function optionsFor(
  tenantUrl: string,
  { secrets, wireOptions, clock, timer, ...settings }: Changes = {},
): TargetClientOptions {
  return {
    ...loopbackAccess(),
    settings: {
      tenantUrl,
      authentication: 'AuthenticationToken',
      credentialLocationInRequest: 'Header',
      concurrency: 4,
      requestsPerSecond: null,
      requestTimeoutMs: 5_000,
      faults: noFaults,
      ...settings,
    },
    secrets: secrets ?? { secretToken: TOKEN },
    clock: clock ?? systemClock,
    timer,
    wireOptions: { retries: fastRetries, ...wireOptions },
  };
}

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

export function listOf(...resources: readonly object[]): object {
  return { schemas: [LIST], totalResults: resources.length, Resources: resources, startIndex: 1, itemsPerPage: 20 };
}
