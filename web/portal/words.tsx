import { chooseCatalog } from '../words/catalog-choice.ts';
import type { Shape } from '../words/en.ts';
import { portal } from '../words/en/portal.ts';

/** The texts of the portal. It has its own catalog, so that its pages do not load the texts of the console. */
export type PortalWords = Shape<typeof portal>;

/** The language of the portal, with its texts in the language of the reader. */
export const {
  startLanguage,
  useLanguage,
  useCurrentWords: useWords,
} = chooseCatalog<PortalWords>(portal, {
  en: async () => await Promise.resolve(portal),
  zh: async () => (await import('../words/zh/portal.ts')).zhPortal,
});
