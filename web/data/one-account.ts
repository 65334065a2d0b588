import { useEffect, useRef } from 'react';

/**
 * Loads the page again if another account signs in while it is open, in this tab or in another one: what the page shows, and what was typed,
 * belong to the account for which it was opened.
 *
 * @param id the id of the account that is signed in; undefined for none
 */
export function useOneAccount(id: string | undefined): void {
  const first = useRef(id);
  useEffect(() => {
    first.current ??= id;
    if (id !== undefined && id !== first.current) window.location.reload();
  }, [id]);
}
