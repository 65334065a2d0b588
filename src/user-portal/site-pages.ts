import type { FastifyReply, FastifyRequest } from 'fastify';
import { escapeHtml } from '#base/html.ts';
import { withoutEnd } from '#base/without-ends.ts';
import { pageHeaders, pageOf } from './page.ts';
import { pageLanguageOf } from './page-language.ts';
import { pageWordsIn, type PageWords } from './page-words.ts';

/**
 * Answers a browser for a path that no route handles with a page with status 404.
 *
 * @param tenantUrl the URL that an administrator enters in an identity provider; the 404 page shows it
 */
export function showMissingPage(request: FastifyRequest, reply: FastifyReply, tenantUrl: string): FastifyReply {
  const path = withoutEnd(request.url.split('?', 1)[0] ?? '', (character) => character === '/').toLowerCase();
  const language = pageLanguageOf(request);
  const words = pageWordsIn(language.language);
  const body = missing(path, tenantUrl, words);
  return reply
    .code(404)
    .headers(pageHeaders)
    .send(pageOf(language, { title: words.missing, body }));
}

function missing(path: string, tenantUrl: string, words: PageWords): string {
  const section = /^\/(portal|console)\b/.exec(path)?.[1];
  const next = {
    portal: `<a href="/portal">${words.yourAccount}</a>`,
    console: `<a href="/console">${words.administration}</a>`,
    '': words.otherAddresses(
      `<code>${escapeHtml(tenantUrl)}</code>`,
      '<a href="/api/docs">/api/docs</a>',
      '<a href="/portal">/portal</a>',
    ),
  }[section ?? ''];
  return `<p>${words.missingHelp}</p>
<p>${next}</p>`;
}
