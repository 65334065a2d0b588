import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TenantRouter } from '#access/tenant-router.ts';
import type { ShowPage } from '#console/built-pages.ts';
import { CONSOLE_PREFIX } from '#console/console-url.ts';
import { PORTAL_PREFIX } from '#console/portal-url.ts';
import type { DirectoryDeps } from '#directory/stored.ts';
import { ENTRA_PREFIX } from '#entra/graph-api/graph-prefix.ts';
import { SCIM_PREFIX } from '#scim-server/scim-path.ts';
import { answerWrongTenantUrl, looksLikeScim } from '#scim-server/wrong-tenant-url.ts';
import { showMissingPage } from '#user-portal/site-pages.ts';
import { isBrowser, isPagePath, isRestPath } from './refusals.ts';

export interface UnknownAddressOptions {
  readonly deps: DirectoryDeps;
  readonly tenants: TenantRouter;
  /** Returns the URL under which clients reach the server, without a trailing slash. */
  readonly publicUrl: () => string;
  /** Answers with the page of the console. */
  readonly showConsole: ShowPage;
  /** Answers with the page of the portal. */
  readonly showPortal: ShowPage;
}

/**
 * Responds to requests for a path that does not belong to any interface. / leads to the console, for every client that reads it, except for a SCIM
 * client without Accept: text/html. Browsers and forms get a page, which is that of the console or the portal for an
 * address below it; SCIM clients get a SCIM error that names the right Tenant URL. Responses to all other requests are left to the REST API.
 */
export function answerUnknownAddresses(app: FastifyInstance, options: UnknownAddressOptions): void {
  const { deps, tenants, publicUrl, showConsole, showPortal } = options;
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || hasOwnAnswer(request.url)) return undefined;
    const tenantUrl = `${publicUrl()}${SCIM_PREFIX}`;
    const isScim = looksLikeScim(request, isRestPath);
    if (isRead(request) && isRoot(request.url) && (isBrowser(request) || !isScim)) {
      return reply.redirect(CONSOLE_PREFIX, 302);
    }
    if (isBrowser(request) && isBelow(CONSOLE_PREFIX, request.url)) return showConsole(request, reply, 404);
    if (isBrowser(request) && isBelow(PORTAL_PREFIX, request.url)) return showPortal(request, reply, 404);
    if (isBrowser(request) && !isRestPath(request.url)) {
      return showMissingPage(request, reply, tenantUrl);
    }
    if (isScim) {
      return await answerWrongTenantUrl({ deps, tenants, tenantUrl }, request, reply);
    }
    const isForm = isPagePath(request.url) && !isRead(request);
    return isForm ? showMissingPage(request, reply, tenantUrl) : undefined;
  });
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** True for the path /, in any number of slashes. */
function isRoot(url: string): boolean {
  return /^\/*(?:\?|$)/.test(url);
}

/** True for paths below /console or /portal. The page itself says there that the address does not exist. */
function isBelow(prefix: string, url: string): boolean {
  return new RegExp(`^${prefix}/`).test(url);
}

/** True for paths below the prefix of the SCIM server or the Graph API (case-sensitive), which respond to unknown paths themselves. */
function hasOwnAnswer(url: string): boolean {
  return [SCIM_PREFIX, ENTRA_PREFIX].some((prefix) => new RegExp(`^${prefix}(?:[/?]|$)`).test(url));
}
