import { createContext, useContext, type ReactNode } from 'react';
import { en, type Words } from './en.ts';
import { useCurrentWords } from './language.ts';

const WordsContext = createContext<Words>(en);

export type { Words };

/** The texts of the console in the language of the reader. */
export function useWords(): Words {
  return useContext(WordsContext);
}

export function WordsProvider({ children }: { readonly children: ReactNode }) {
  return <WordsContext value={useCurrentWords()}>{children}</WordsContext>;
}
