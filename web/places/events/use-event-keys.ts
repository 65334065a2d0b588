import { useEffect, useRef } from 'react';
import { isTyping } from '../../parts/shortcuts.ts';

/** The attribute of the links between which J and K move. */
export const ROW = 'data-event-row';

/** J and K move between the events, Space pauses and resumes. */
export function useEventKeys(pause: () => void): void {
  const latest = useRef(pause);
  useEffect(() => {
    latest.current = pause;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { target, key } = event;
      if (document.querySelector('[role="dialog"]') !== null) return;
      if (key === ' ' && (target === document.body || (target instanceof HTMLElement && target.hasAttribute(ROW)))) {
        event.preventDefault();
        latest.current();
      } else if (key === 'j' || key === 'k') {
        const rows = [...document.querySelectorAll<HTMLElement>(`[${ROW}]`)];
        const now = rows.findIndex((row) => row === document.activeElement);
        rows[Math.max(now + (key === 'j' ? 1 : -1), 0)]?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
