import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { builtFolder, pageShower, serveFiles, type BuiltPagesOptions, type ShowPage } from './built-pages.ts';
import { CONSOLE_PREFIX, consolePlaces, formerAddresses } from './console-url.ts';

/** The folder of the project into which `npm run build` writes the console (web/vite.config.ts). */
const BUILT_CONSOLE = 'dist/console';

function consoleOf({ folder = builtFolder(BUILT_CONSOLE) }: BuiltPagesOptions) {
  return { prefix: CONSOLE_PREFIX, folder, name: 'console' } as const;
}

/** Returns a function that answers with the page of the console, as `pageShower` describes. */
export function consoleShower(options: BuiltPagesOptions): ShowPage {
  return pageShower(consoleOf(options), options.loopbackOrigin);
}

/** Serves the console: its page for the paths of its places, and the files that it loads. */
export async function consolePages(app: FastifyInstance, options: BuiltPagesOptions): Promise<void> {
  await serveFiles(app, consoleOf(options));
  const answer = consoleShower(options);
  const show = async (request: FastifyRequest, reply: FastifyReply) => await answer(request, reply, 200);
  app.get(CONSOLE_PREFIX, show);
  for (const address of formerAddresses) app.get(`${CONSOLE_PREFIX}/${address}`, show);
  for (const place of consolePlaces) {
    app.get(`${CONSOLE_PREFIX}/${place}`, show);
    app.get(`${CONSOLE_PREFIX}/${place}/*`, show);
  }
}
