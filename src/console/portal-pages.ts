import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { builtFolder, pageShower, serveFiles, type BuiltPagesOptions, type ShowPage } from './built-pages.ts';
import { portalPlaces } from '#organizations/organization-name.ts';
import { PORTAL_PREFIX } from './portal-url.ts';

/** The folder of the project into which `npm run build` writes the portal (web/portal/vite.config.ts). */
const BUILT_PORTAL = 'dist/portal';

function portalOf({ folder = builtFolder(BUILT_PORTAL) }: BuiltPagesOptions) {
  return { prefix: PORTAL_PREFIX, folder, name: 'portal' } as const;
}

/** Returns a function that answers with the page of the portal, as `pageShower` describes. */
export function portalShower(options: BuiltPagesOptions): ShowPage {
  return pageShower(portalOf(options), options.loopbackOrigin);
}

export interface PortalPagesOptions extends BuiltPagesOptions {
  /** Resolves to true if an organization has this name or id. */
  readonly isOrganization: (name: string) => Promise<boolean>;
}

/**
 * Serves the portal: its page for the paths of its places and of an organization, and the files that it loads. The pages of links in emails
 * are not a part of it (src/user-portal/): they work without JavaScript.
 */
export async function portalPages(app: FastifyInstance, options: PortalPagesOptions): Promise<void> {
  await serveFiles(app, portalOf(options));
  const answer = portalShower(options);
  const show = async (request: FastifyRequest, reply: FastifyReply) => await answer(request, reply, 200);
  app.get(PORTAL_PREFIX, show);
  for (const place of portalPlaces) app.get(`${PORTAL_PREFIX}/${place}`, show);
  app.get<{ Params: { organization: string } }>(`${PORTAL_PREFIX}/:organization`, async (request, reply) => {
    // The page says that there is no organization of this name.
    const status = (await options.isOrganization(request.params.organization)) ? 200 : 404;
    return await answer(request, reply, status);
  });
}
