import { useEffect, useState } from 'react';

/** Returns true once no key has been pressed for a time, and from then on. */
export function useQuietKeys(quietMs: number): boolean {
  const [isQuiet, setQuiet] = useState(false);
  useEffect(() => {
    if (isQuiet) return undefined;
    let timer = setTimeout(() => setQuiet(true), quietMs);
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setQuiet(true), quietMs);
    };
    document.addEventListener('keydown', wait, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', wait, true);
    };
  }, [isQuiet, quietMs]);
  return isQuiet;
}
