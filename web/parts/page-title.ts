import { useEffect } from 'react';
import { useWords } from '../words/words.tsx';

/** Names the page in the tab and in the history of the browser. */
export function usePageTitle(title: string): void {
  const { product } = useWords();
  useEffect(() => {
    document.title = title === '' ? product : `${title} · ${product}`;
  }, [title, product]);
}
