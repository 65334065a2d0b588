import { useQueryClient, type Query } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';
import { Progress } from './progress.tsx';

/** Questions whose part of the page shows nothing while they are asked. */
const quietKeys: ReadonlySet<unknown> = new Set(['palette', 'candidates']);

/** A bar at the top of the window while a page shows what it showed before, such as the previous list during a search. */
export function Waiting() {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  const isWaiting = useSyncExternalStore(subscribe, () => cache.getAll().some(isAwaited));
  return isWaiting ? <Progress isAbove /> : null;
}

/** True for a question without an answer, to which the page shows the answer of the previous question, or nothing. */
function isAwaited({ state, queryKey, observers }: Query): boolean {
  if (state.data !== undefined || state.status === 'error') return false;
  return observers.some(
    (observer) =>
      observer.options.enabled !== false &&
      (quietKeys.has(queryKey[0]) || observer.getCurrentResult().isPlaceholderData),
  );
}
