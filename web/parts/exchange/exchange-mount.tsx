import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useViewState } from '../../data/view-state.ts';

const ExchangeDrawer = lazy(async () => ({ default: (await import('./exchange-drawer.tsx')).ExchangeDrawer }));

const defaults = { exchange: '' };

/** Opens the drawer of a request on every page whose URL has `exchange=ID`. The focus returns to where it was. */
export function ExchangeMount() {
  const [{ exchange: id }, setView] = useViewState(defaults);
  const [wasOpened, setOpened] = useState(false);
  const origin = useRef<Element | null>(null);
  if (id !== '' && !wasOpened) setOpened(true);
  useEffect(() => {
    if (id !== '') origin.current ??= document.activeElement;
    else if (origin.current !== null) {
      const element = origin.current;
      origin.current = null;
      // The drawer gives up the focus first.
      setTimeout(() => focusAgain(element));
    }
  }, [id]);
  if (!wasOpened) return null;
  return (
    <Suspense fallback={null}>
      <ExchangeDrawer id={id} close={() => setView({ exchange: '' }, { replace: true })} />
    </Suspense>
  );
}

/** Focuses an element, or the page if the element is gone. */
function focusAgain(element: Element): void {
  const target = element.isConnected && element !== document.body ? element : document.getElementById('page');
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}
