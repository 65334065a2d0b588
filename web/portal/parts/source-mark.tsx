import { useWords } from '../words.tsx';

/** Marks a field whose value comes from the source of the account. */
export function SourceMark({ source }: { readonly source: string | null }) {
  const { profile } = useWords();
  return source === null ? null : <span className="chip">{profile.from(source)}</span>;
}
