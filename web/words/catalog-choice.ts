import { useSyncExternalStore } from 'react';
import type { Shape } from './en.ts';
import type { connection } from './en/connection.ts';
import { languageOf, type Language } from './languages.ts';
import { speak } from './spoken.ts';

/** The preference of this browser, for the console and the portal. It holds nothing about people, and no secret. */
const STORED = 'language';

/** What each catalog has for requests to the server. */
interface Spoken {
  readonly locale: string;
  readonly connection: Shape<typeof connection>;
}

function wantedLanguage(): Language {
  return languageOf(localStorage.getItem(STORED), navigator.languages);
}

/** Chooses the language of this device. The pages that are open follow, in this tab and in others. */
export function setLanguage(chosen: Language): void {
  localStorage.setItem(STORED, chosen);
  // Other tabs get this event from the browser.
  window.dispatchEvent(new StorageEvent('storage', { key: STORED }));
}

/**
 * Follows the language of the reader with the catalog of an application.
 *
 * @param english The English texts, which are part of the first chunk.
 * @param load Reads the texts of a language. English readers load no other language.
 */
export function chooseCatalog<Words extends Spoken>(
  english: Words,
  load: Readonly<Record<Language, () => Promise<Words>>>,
) {
  const listeners = new Set<() => void>();
  let words = english;
  let language: Language = 'en';

  /** Reads the texts of the reader's language. The page stays in the present language until they can be read. */
  async function apply(): Promise<void> {
    const wanted = wantedLanguage();
    const texts = await load[wanted]().catch(() => undefined);
    const isOutdated = wanted !== wantedLanguage();
    if (texts === undefined || isOutdated) return;
    words = texts;
    speak(texts.connection);
    language = wanted;
    document.documentElement.lang = texts.locale;
    for (const listener of listeners) listener();
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /**
   * Reads the texts, and follows a change of the language in any tab. Call it once, before the first page is drawn.
   *
   * @param onChange Called after the language has changed, because the server writes some texts in the language of the reader.
   */
  async function startLanguage(onChange: () => void): Promise<void> {
    await apply();
    listeners.add(onChange);
    window.addEventListener('storage', ({ key }) => {
      if (key === STORED) void apply();
    });
    window.addEventListener('languagechange', () => void apply());
    // Texts that could not be read without a connection are read with it.
    window.addEventListener('online', () => {
      if (language !== wantedLanguage()) void apply();
    });
  }

  return {
    startLanguage,
    /** Returns the language of the page. */
    useLanguage: (): Language => useSyncExternalStore(subscribe, () => language),
    /** Returns the texts of the page. */
    useCurrentWords: (): Words => useSyncExternalStore(subscribe, () => words),
  };
}
