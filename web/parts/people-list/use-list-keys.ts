import { useCallback, useEffect, useRef } from 'react';
import { isTyping } from '../shortcuts.ts';

/** The number of rows that Page Up and Page Down move. */
const PAGE_ROWS = 20;

interface ListKeys {
  readonly total: number;
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly open: () => void;
  readonly toggle: () => void;
}

/** Returns the row that a key moves to; undefined for another key. */
export function movedTo(key: string, active: number, total: number): number | undefined {
  const last = total - 1;
  const moves: Readonly<Record<string, number>> = {
    j: active + 1,
    ArrowDown: active + 1,
    k: active - 1,
    ArrowUp: active - 1,
    PageDown: active + PAGE_ROWS,
    PageUp: active - PAGE_ROWS,
    Home: 0,
    End: last,
  };
  const to = moves[key];
  return to === undefined || total === 0 ? undefined : Math.max(0, Math.min(last, to));
}

/**
 * The keys of a list. J, K, X and Enter work wherever the focus is, unless the reader types or a dialog is open. Returns a function for the
 * keys of the focused list, which also has the arrows, Home and End; it returns true for a key that it used.
 */
export function useListKeys(keys: ListKeys): (key: string) => boolean {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  const press = useCallback((key: string): boolean => {
    const { active, total, setActive, open, toggle } = latest.current;
    const to = movedTo(key, active, total);
    if (to !== undefined) setActive(to);
    else if (active < 0) return false;
    else if (key === 'Enter') open();
    else if (key === 'x' || key === ' ') toggle();
    else return false;
    return true;
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { target, key } = event;
      const isElsewhere =
        target instanceof Element && target.closest('a, button, [role="dialog"], [role="menu"]') !== null;
      const isOpen = document.querySelector('[role="dialog"]') !== null;
      if (isOpen || !['j', 'k', 'x', 'Enter'].includes(key) || (isElsewhere && key === 'Enter')) return;
      if (press(key)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [press]);
  return press;
}
