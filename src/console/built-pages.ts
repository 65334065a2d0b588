import fastifyStatic from '@fastify/static';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost, withoutBrackets } from '#base/network.ts';

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

/** The folder of the files whose names contain a hash of their content. */
const ASSETS = 'assets';

/** Answers with the page of a web application; the status is 503 if it is not built. */
export type ShowPage = (request: FastifyRequest, reply: FastifyReply, status: 200 | 404) => FastifyReply;

export interface BuiltPagesOptions {
  /** Returns the URL of the origin for a browser that uses another loopback address; undefined if it must not be changed. */
  readonly loopbackOrigin: () => string | undefined;
  /** The folder of the built application. */
  readonly folder?: string;
}

/** A web application of `web/`, which `npm run build` writes into a folder of the project. */
export interface BuiltPages {
  /** The path of the application, such as /console. */
  readonly prefix: string;
  readonly folder: string;
  /** The name of the application in the page that says how to build it. */
  readonly name: 'console' | 'portal';
}

/**
 * Returns a function that answers with the page of an application: for its places, and with 404 for an unknown address below it, where the
 * page says that the address does not exist.
 */
export function pageShower({ folder, name }: BuiltPages, loopbackOrigin: () => string | undefined): ShowPage {
  const index = join(folder, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : undefined;
  return (request, reply, status) => {
    const target = loopbackOrigin();
    if (target !== undefined && needsName(request)) return reply.redirect(`${target}${request.url}`, 302);
    return reply
      .code(page === undefined ? 503 : status)
      .headers(pageHeaders)
      .send(page ?? notBuilt(name));
  };
}

function notBuilt(name: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>The ${name} is not built</title>
<h1>The ${name} is not built</h1><p>Run <code>npm run build</code> in the folder of Tanhua, and start the server again. The command line and the REST API work without the ${name}.</p></html>`;
}

/** Serves the files that the page loads. Browsers keep those whose names contain a hash of their content. */
export async function serveFiles(app: FastifyInstance, { prefix, folder }: BuiltPages): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  const options = {
    index: false,
    decorateReply: false,
    preCompressed: true,
    cacheControl: false,
  } as const;
  // One route for all hashed files: a route for each would take a seventh of the time of a start.
  await app.register(fastifyStatic, {
    ...options,
    root: join(folder, ASSETS),
    prefix: `${prefix}/${ASSETS}`,
    setHeaders: (response) => void response.header('cache-control', 'public, max-age=31536000, immutable'),
  });
  await app.register(fastifyStatic, {
    ...options,
    root: folder,
    prefix,
    // The paths of places are below the same prefix.
    wildcard: false,
    globIgnore: [`${ASSETS}/**`],
    setHeaders: (response) => void response.header('cache-control', 'no-cache'),
  });
}

/** Passkeys need a host name: a browser that opened the pages under a loopback address is sent to localhost. */
function needsName({ hostname }: FastifyRequest): boolean {
  const name = withoutBrackets(hostname);
  return name !== 'localhost' && isLoopbackHost(name);
}

/** Returns a built folder, such as `dist/console`. It is in the folder of the project, below which this module is, bundled or not. */
export function builtFolder(name: string): string {
  const own = dirname(fileURLToPath(import.meta.url));
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
  }
  return join(own, name);
}
