import fastifyStatic from '@fastify/static';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost, withoutBrackets } from '#base/network.ts';
import { CONSOLE_PREFIX, consolePlaces, formerAddresses } from './console-url.ts';

/** The folder of the project into which `npm run build` writes the console (web/vite.config.ts). */
const BUILT_CONSOLE = 'dist/console';

/** The page loads its parts from this server only, and contains no script and no style. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>The console is not built</title>
<h1>The console is not built</h1><p>Run <code>npm run build</code> in the folder of Tanhua, and start the server again. The command line and the REST API work without the console.</p></html>`;

/** Answers with the page of the console; the status is 503 if the console is not built. */
export type ShowConsole = (request: FastifyRequest, reply: FastifyReply, status: 200 | 404) => FastifyReply;

export interface ConsoleOptions {
  /** Returns the URL of the console's origin for a browser that uses another loopback address; undefined if it must not be changed. */
  readonly loopbackOrigin: () => string | undefined;
  /** The folder of the built console. */
  readonly folder?: string;
}

/**
 * Returns a function that answers with the page of the console: for its places, and with 404 for an unknown address below it, where the page
 * says that the address does not exist.
 */
export function consoleShower({ loopbackOrigin, folder = builtConsole() }: ConsoleOptions): ShowConsole {
  const index = join(folder, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : undefined;
  return (request, reply, status) => {
    const target = loopbackOrigin();
    if (target !== undefined && needsName(request)) return reply.redirect(`${target}${request.url}`, 302);
    return reply
      .code(page === undefined ? 503 : status)
      .headers(pageHeaders)
      .send(page ?? notBuilt);
  };
}

/**
 * Serves the console: its page for the paths of its places, and the files that it loads. The names of files in `assets` contain a hash of
 * their content, so that browsers keep them.
 */
export async function consolePages(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const { folder = builtConsole() } = options;
  if (existsSync(join(folder, 'index.html'))) {
    await app.register(fastifyStatic, {
      root: folder,
      prefix: CONSOLE_PREFIX,
      wildcard: false,
      index: false,
      decorateReply: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (response, path) => {
        const isHashed = path.startsWith(join(folder, 'assets'));
        response.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  const answer = consoleShower(options);
  const show = async (request: FastifyRequest, reply: FastifyReply) => await answer(request, reply, 200);
  app.get(CONSOLE_PREFIX, show);
  for (const address of formerAddresses) app.get(`${CONSOLE_PREFIX}/${address}`, show);
  for (const place of consolePlaces) {
    app.get(`${CONSOLE_PREFIX}/${place}`, show);
    app.get(`${CONSOLE_PREFIX}/${place}/*`, show);
  }
}

/** Passkeys need a host name: a browser that opened the console under a loopback address is sent to localhost. */
function needsName({ hostname }: FastifyRequest): boolean {
  const name = withoutBrackets(hostname);
  return name !== 'localhost' && isLoopbackHost(name);
}

/** Returns the folder of the built console. It is in the folder of the project, below which this module is, bundled or not. */
function builtConsole(): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, BUILT_CONSOLE))) return join(folder, BUILT_CONSOLE);
  }
  return join(own, BUILT_CONSOLE);
}
