import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';

interface Actions {
  readonly palette: () => void;
  readonly help: () => void;
  /** Takes a key that is meant for a field that opens. Returns true if it did. */
  readonly takeKey: (event: KeyboardEvent) => boolean;
}

/** The second key of "G, then a letter", with the place that it opens. */
export const goKeys = {
  h: '/',
  p: '/people',
  g: '/groups',
  s: '/sources',
  r: '/rehearsal',
  e: '/events',
  t: '/settings',
} as const;
/** The time within which the second key has to follow. */
const SEQUENCE_MS = 1_500;

/** True while the reader types into a field: single letters are then text. A field in a shadow tree marks its host with `data-typing`. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) ||
      target.dataset['typing'] !== undefined)
  );
}

/** The shortcuts of every page: Ctrl K or ⌘ K, `?`, `/` for the search of the page, and G with the letter of a place. */
export function useShortcuts(actions: Actions): void {
  const navigate = useNavigate();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    let goUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      const { key } = event;
      if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'k') {
        event.preventDefault();
        latest.current.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (latest.current.takeKey(event) || isTyping(event.target)) return;
      const place =
        event.timeStamp < goUntil ? Object.entries(goKeys).find(([letter]) => letter === key)?.[1] : undefined;
      goUntil = 0;
      if (place !== undefined) {
        event.preventDefault();
        void navigate(place);
      } else if (key === 'g') goUntil = event.timeStamp + SEQUENCE_MS;
      else if (key === '?') latest.current.help();
      else if (key === '/') {
        const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [navigate]);
}
