import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml } from '#base/html.ts';
import { withoutEnd } from '#base/without-ends.ts';
import { pageHeaders, pageOf } from './page.ts';

interface Page {
  readonly title: string;
  readonly body: string;
}

const portal: Page = {
  title: 'Your account',
  body: `<p>This server keeps the password of your account. You do not sign in here: use the password with your user name wherever your organization asks for this account.</p>
<p><a href="/portal/forgot">Set a new password</a></p>
<p class="quiet">Questions? Ask your administrator.</p>`,
};

const home: Page = {
  title: 'Tanhua',
  body: `<p>This is a directory: it receives people and groups from an identity provider.</p>
<p>If you have an account: <a href="/portal">your account</a></p>
<p>If you are an administrator: <a href="/console">administration</a></p>`,
};

/** Pages by path, in lower case and without a trailing slash. */
const pages: Readonly<Record<string, Page>> = {
  '/portal': portal,
  '/portal/sign-in': portal,
  '/portal/password': portal,
};

/** Adds the pages that people reach by typing an address or from an email. */
export async function sitePages(app: FastifyInstance): Promise<void> {
  for (const [path, page] of Object.entries(pages)) {
    app.get(path, async (_request, reply) => show(reply, 200, page));
  }
}

/**
 * Sends the page for a path that no route handles: a known page if the path differs only by letter case or a trailing slash, the home
 * page for /, or otherwise a page with status 404.
 *
 * @param tenantUrl the URL that an administrator enters in an identity provider; the 404 page shows it
 */
export function showMissingPage({ method, url }: FastifyRequest, reply: FastifyReply, tenantUrl: string): FastifyReply {
  const path = withoutEnd(url.split('?', 1)[0] ?? '', (character) => character === '/').toLowerCase();
  const isRead = method === 'GET' || method === 'HEAD';
  const found = isRead ? (path === '' ? home : pages[path]) : undefined;
  return show(reply, found === undefined ? 404 : 200, found ?? missing(path, tenantUrl));
}

function missing(path: string, tenantUrl: string): Page {
  const section = /^\/(portal|console)\b/.exec(path)?.[1];
  const next = {
    portal: '<a href="/portal">Your account</a>',
    console: '<a href="/console">Administration</a>',
    '': `SCIM clients, such as Entra ID, use the Tenant URL <code>${escapeHtml(tenantUrl)}</code>. The REST API is described at <a href="/api/docs">/api/docs</a>.`,
  }[section ?? ''];
  return {
    title: 'This page does not exist',
    body: `<p>The address may be mistyped or incomplete. Open the link in your email again, or continue from here:</p>
<p>${next}</p>`,
  };
}

function show(reply: FastifyReply, status: number, { title, body }: Page): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(pageOf(title, body));
}
