import { inConsole } from '../words/console-way.ts';
import { useWords } from '../words/words.tsx';

/** What the server says about a refusal and what to do, with the pages of the console instead of commands. */
export function Advice({ text }: { readonly text: string | null }) {
  const words = useWords();
  return text === null ? null : inConsole(text, words);
}
