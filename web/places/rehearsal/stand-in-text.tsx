import { useWords } from '../../words/words.tsx';

/** A text that the stand-in wrote in English, in the language of the reader; what an application answered stays as it is. */
export function StandInText({ text }: { readonly text: string }) {
  const words = useWords();
  const said = words.standIn(text);
  return said === '' ? <span lang="en">{text}</span> : <>{said}</>;
}
