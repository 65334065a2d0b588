import { useEffect } from 'react';

/** The number of elements to which the focus can return. */
const REMEMBERED_MAX = 32;

/**
 * Keeps the focus on the page. When the focused element disappears with its dialog, or because data was read again, the focus returns to the
 * element that had it before. On another page, it moves to the beginning of the page.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    let remembered: HTMLElement[] = [];
    let focused: HTMLElement | undefined;
    let path = window.location.pathname;
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      focused = target;
      path = window.location.pathname;
      remembered = [...remembered.filter((element) => element !== target), target].slice(-REMEMBERED_MAX);
    };
    // A browser also sends this before it removes an element. If the element is still there afterwards, the reader left it.
    const onBlur = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null) return;
      setTimeout(() => {
        if (target === focused && focused.isConnected) focused = undefined;
      });
    };
    const restore = () => {
      const { activeElement } = document;
      if (focused === undefined || focused.isConnected || (activeElement ?? document.body) !== document.body) return;
      const isSamePage = path === window.location.pathname;
      const before = isSamePage ? remembered.findLast(canHaveFocus) : undefined;
      const next = before ?? document.getElementById('page');
      focused = undefined;
      next?.focus({ preventScroll: true });
    };
    const observer = new MutationObserver(restore);
    observer.observe(document.body, { childList: true, subtree: true });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, []);
}

function canHaveFocus(element: HTMLElement): boolean {
  return element.isConnected && element.checkVisibility() && element.closest('[inert], [aria-hidden="true"]') === null;
}
