import { useSyncExternalStore, type ReactNode } from 'react';

/** The path of the portal. */
const ROOT = '/portal';

const listeners = new Set<() => void>();
let visits = 0;

function notify(): void {
  visits += 1;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', notify);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('popstate', notify);
  };
}

/**
 * Returns what follows /portal/ in the address, decoded and without a slash at its end; empty for the first page.
 *
 * @example usePlace(); // 'passkeys'
 */
export function usePlace(): string {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  const parts = path.slice(ROOT.length).split('/');
  const place = parts.filter((part) => part !== '').join('/');
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}

/** True once the reader has gone from one page of the portal to another. */
export function hasNavigated(): boolean {
  return visits > 0;
}

/** Returns the address of a place; '' is the first page. */
export function addressOf(place: string): string {
  return place === '' ? ROOT : `${ROOT}/${encodeURIComponent(place)}`;
}

/** Opens a place without loading the portal again. */
export function navigate(place: string, how: 'push' | 'replace' = 'push'): void {
  const address = addressOf(place);
  if (how === 'replace') window.history.replaceState({}, '', address);
  else window.history.pushState({}, '', address);
  window.scrollTo(0, 0);
  notify();
}

interface LinkProps {
  readonly to: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to a place of the portal. */
export function Link({ to, className, children }: LinkProps) {
  return (
    <a
      href={addressOf(to)}
      className={className}
      onClick={(event) => {
        const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
        if (!isPlain) return;
        event.preventDefault();
        navigate(to);
      }}
    >
      {children}
    </a>
  );
}
